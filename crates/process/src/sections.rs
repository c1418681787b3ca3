//! Sections of the services that own logs, as those see them who read such a log from elsewhere.

use serde::{Deserialize, Serialize};
use vigie_chassis::client::Tls;
use vigie_chassis::config::Secret;

use crate::configuration::Elsewhere;
use crate::remote_log::Served;

/// Writes a section for each context: where its log is served, and, by name only, the keys that are the service's own. Those
/// are named so that a misspelt key is still refused.
macro_rules! sections {
    ($($(#[$doc:meta])* $section:ident of $context:literal, with its own $($own:ident)*;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields, default)]
            pub struct $section {
                /// Where the service serves gRPC: `https://lines.internal:7070`.
                pub endpoint: Option<String>,
                /// The file of a token that may read the log: role auditor, and no scope that narrows it. Read anew at every
                /// call, so whoever keeps it fresh need not restart anything. Without it development tokens are made, where
                /// there are such.
                pub token: Option<Secret>,
                /// Whom an https endpoint is trusted as, and who we are to it.
                pub tls: Tls,
                $(
                    /// The service's own.
                    pub $own: Elsewhere,
                )*
            }

            impl $section {
                /// Where the context's log is served.
                pub fn log(&self) -> Served {
                    Served {
                        context: $context,
                        check: concat!($context, "_log"),
                        endpoint: self.endpoint.clone(),
                        token: self.token.clone(),
                        tls: self.tls.clone(),
                    }
                }
            }
        )*
    };
}

sections! {
    /// Section `[lines]`.
    LinesSection of "lines", with its own managers driver block_list answer_max_ms view_lag_max;
    /// Section `[routing]`.
    RoutingSection of "routing", with its own answer_max_ms view_lag_max standing_attempt_max_s facts_topic;
    /// Section `[notices]`.
    NoticesSection of "notices", with its own mail concurrency age_max_hours loopback_webhooks answer_max_ms view_lag_max;
}
