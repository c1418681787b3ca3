//! What `vigie run` says when it begins to serve.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};
use vigie_chassis::server::Server;
use vigie_process::DATA_FOLDER;

use super::Config;
use super::parts::Parts;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};

/// Where everything is, and what is not for production.
#[derive(Debug)]
pub(super) struct Greeting {
    address: String,
    admin_address: Option<String>,
    data: String,
    register: String,
    is_simulated: bool,
    has_development_tokens: bool,
}

impl Greeting {
    pub(super) fn of(config: &Config, parts: &Parts, server: &Server) -> Self {
        let storage = match &config.storage.postgres {
            Some(_) => format!("PostgreSQL; keys and anchors in {}", config.storage.data.display()),
            None => config.storage.data.display().to_string(),
        };
        Self {
            address: server.address().to_string(),
            admin_address: server.admin_address().map(|address| address.to_string()),
            data: storage,
            register: parts.register().description(),
            is_simulated: parts.register().is_simulated(),
            has_development_tokens: parts.issuer().is_some(),
        }
    }

    pub(super) fn render(&self, demo_is_skipped: bool) -> String {
        let register =
            if self.is_simulated { "SIMULATED REGISTER: no network hears it" } else { &self.register };
        let register_style = if self.is_simulated { style::WAITING } else { style::PLAIN };
        let tokens = if self.has_development_tokens {
            "DEVELOPMENT TOKENS: whoever reads the data folder can be anybody; loopback only"
        } else {
            ""
        };
        let admin = self.admin_address.as_ref().map(|address| format!("http://{address}/metrics, /readyz"));
        let kept = if demo_is_skipped && self.has_development_tokens {
            "kept as it is; the demo is skipped"
        } else {
            ""
        };
        Fields::new(paint(style::STRONG, "Vigie serves"))
            .field("gRPC", &self.address)
            .field("metrics", admin.unwrap_or_default())
            .field("data", &self.data)
            .field("", kept)
            .styled("register", register, register_style)
            .styled("identity", tokens, style::WAITING)
            .render()
    }

    pub(super) fn document(&self) -> Value {
        json!({
            "address": self.address,
            "admin_address": self.admin_address,
            "data": self.data,
            "register": self.register,
            "simulated": self.is_simulated,
            "development_tokens": self.has_development_tokens,
        })
    }
}

/// How the command line is called to reach this process: the options it needs, and no others.
pub(super) fn invocation(config: &Config, address: SocketAddr) -> String {
    let program = std::env::args().next().unwrap_or_else(|| "vigie".into());
    let mut command = program;
    if address != Config::default().server.listen {
        command.push_str(&format!(" --endpoint http://{address}"));
    }
    if config.storage.data != Path::new(DATA_FOLDER) {
        command.push_str(&format!(" --data {}", config.storage.data.display()));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeting(is_simulated: bool) -> Greeting {
        Greeting {
            address: "127.0.0.1:7070".into(),
            admin_address: Some("127.0.0.1:7071".into()),
            data: ".vigie".into(),
            register: "OsmoHLR at 127.0.0.1:4259".into(),
            is_simulated,
            has_development_tokens: is_simulated,
        }
    }

    #[test]
    fn what_is_not_for_production_is_said_loudly() {
        let text = anstream::adapter::strip_str(&greeting(true).render(true)).to_string();
        for part in
            ["127.0.0.1:7070", ".vigie", "SIMULATED REGISTER", "DEVELOPMENT TOKENS", "the demo is skipped"]
        {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_real_register_is_named() {
        let text = anstream::adapter::strip_str(&greeting(false).render(true)).to_string();
        assert!(text.contains("OsmoHLR at 127.0.0.1:4259"), "{text}");
        assert!(
            !text.contains("SIMULATED") && !text.contains("DEVELOPMENT") && !text.contains("demo"),
            "{text}"
        );
    }
}
