//! Puts a server together and refuses what must not serve.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::server::TcpIncoming;
use vigie_clock::Clock;

use super::run::{Admin, Server};
use super::{Error, Options, Services, admin, tls};
use crate::grpc::{Gate, Parts, Recorder, Sizes};
use crate::health::{self, Readiness};
use crate::identity::Verifier;
use crate::rules::Rules;
use crate::telemetry::Telemetry;

/// Bytes of headers that a request may have: a token of 16 KiB and some room.
const HEADERS_MAX_BYTES: u32 = 32 * 1024;

/// What a server is made of.
pub struct Builder {
    options: Options,
    clock: Arc<dyn Clock>,
    verifier: Option<Verifier>,
    rules: Rules,
    descriptors: Vec<&'static [u8]>,
    telemetry: Option<Telemetry>,
    readiness: Readiness,
}

impl Builder {
    /// A server with rules for health and reflection only, and no identity.
    pub fn new(options: Options, clock: Arc<dyn Clock>) -> Self {
        Self {
            options,
            clock,
            verifier: None,
            rules: Rules::new(),
            descriptors: vec![
                tonic_health::pb::FILE_DESCRIPTOR_SET,
                tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
                tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
            ],
            telemetry: None,
            readiness: Readiness::new(),
        }
    }

    /// Who verifies tokens.
    #[must_use]
    pub fn identity(mut self, verifier: Verifier) -> Self {
        self.verifier = Some(verifier);
        self
    }

    /// Who may call what; may be called for each service.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = self.rules.merge(rules);
        self
    }

    /// What the services look like (`vigie_proto::DESCRIPTORS`), for reflection and the check of the rules.
    #[must_use]
    pub fn descriptors(mut self, descriptors: &'static [u8]) -> Self {
        self.descriptors.push(descriptors);
        self
    }

    /// Where calls are recorded.
    #[must_use]
    pub fn telemetry(mut self, telemetry: Telemetry) -> Self {
        self.telemetry = Some(telemetry);
        self
    }

    /// Which checks count for health and `/readyz`.
    #[must_use]
    pub fn readiness(mut self, readiness: Readiness) -> Self {
        self.readiness = readiness;
        self
    }

    /// Checks everything and takes both addresses; [`Server::run`] then serves.
    ///
    /// Refuses an RPC without a rule, a rule without an RPC, rules for tokens without identity, and development tokens
    /// on anything but loopback.
    pub async fn bind(self, services: Services) -> Result<Server, Error> {
        let (reporter, health) = tonic_health::server::health_reporter();
        let own_names = services.names().to_vec();
        let services = self.with_built_in(services.add(health))?;
        self.check(services.names())?;

        let telemetry = self.telemetry.unwrap_or_else(Telemetry::disabled);
        health::observe(&self.readiness, &telemetry.meter("vigie_chassis"));
        let closing = CancellationToken::new();
        let gate = Gate::new(Parts {
            clock: self.clock,
            rules: self.rules,
            verifier: self.verifier,
            recorder: Recorder::new(&telemetry.meter("vigie_chassis")),
            sizes: Sizes {
                request_max: self.options.message_in_max_bytes,
                response_max: self.options.message_out_max_bytes,
            },
            closing: closing.clone(),
        });
        let transport = transport(&self.options)?.layer(gate).add_routes(services.into_routes());

        let listener = listen(self.options.listen).await?;
        let address = local_address(&listener, self.options.listen)?;
        let keepalive = Some(self.options.keepalive());
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true)).with_keepalive(keepalive);
        let admin = match self.options.admin {
            Some(address) => {
                let listener = listen(address).await?;
                let address = local_address(&listener, address)?;
                Some(Admin { address, listener, routes: admin::routes(telemetry, self.readiness.clone()) })
            }
            None => None,
        };

        Ok(Server {
            options: self.options,
            address,
            transport,
            incoming,
            admin,
            readiness: self.readiness,
            reporter,
            names: own_names,
            closing,
        })
    }

    fn with_built_in(&self, services: Services) -> Result<Services, Error> {
        let reflection = || {
            let names = services.names().iter().copied();
            let built_in =
                ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];
            let described = self
                .descriptors
                .iter()
                .fold(tonic_reflection::server::Builder::configure(), |builder, descriptors| {
                    builder.register_encoded_file_descriptor_set(descriptors)
                });
            names.chain(built_in).fold(described, |builder, name| builder.with_service_name(name))
        };
        let (v1, v1alpha) = (reflection().build_v1()?, reflection().build_v1alpha()?);
        Ok(services.add(v1).add(v1alpha))
    }

    fn check(&self, served: &[&str]) -> Result<(), Error> {
        self.rules.check(&self.descriptors, served)?;
        match &self.verifier {
            None if self.rules.need_identity() => Err(Error::NoIdentity),
            Some(verifier) if verifier.is_development() && !self.options.listen.ip().is_loopback() => {
                Err(Error::DevelopmentIssuerExposed(self.options.listen))
            }
            _ => Ok(()),
        }
    }
}

/// Bytes that a caller may send before they are read: on one stream, and on all streams of a connection.
///
/// The HTTP/2 library ends a connection (`too_many_data_frames`) where frames that wait to be read cost more than half the
/// connection's window, each what it lacks to 256 bytes. Clients that put each message of a stream into a frame of its own
/// fill the stream's window with them whenever they are faster than we are. With a sixteenth of the connection's window no
/// stream of messages of 24 bytes or more gets there.
const STREAM_WINDOW_BYTES: u32 = 64 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 16 * STREAM_WINDOW_BYTES;

fn transport(options: &Options) -> Result<tonic::transport::Server, Error> {
    let transport = tonic::transport::Server::builder()
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_concurrent_streams(options.concurrent_streams_max)
        .http2_keepalive_interval(Some(options.keepalive()))
        .http2_keepalive_timeout(Some(options.keepalive_timeout()))
        .http2_max_header_list_size(HEADERS_MAX_BYTES);
    match &options.tls {
        Some(files) => Ok(transport.tls_config(tls::read(files)?)?),
        None => Ok(transport),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|source| Error::Listen { address, source })
}

fn local_address(listener: &TcpListener, address: SocketAddr) -> Result<SocketAddr, Error> {
    listener.local_addr().map_err(|source| Error::Listen { address, source })
}
