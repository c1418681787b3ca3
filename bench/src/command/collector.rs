//! A live OTLP collector, in a process of its own: takes everything in, counts the spans, keeps nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use vigie_testkit::Process;

use crate::child;
use crate::harness::text;

pub const NAME: &str = "otlp-collector";

/// Before the count on a line of its own.
const SPANS: &str = "spans ";

/// How often the count is printed, if it has changed.
pub const TELL_EVERY: Duration = Duration::from_millis(250);

/// A batch of a few thousand spans is larger than tonic's usual bound.
const EXPORT_BYTES_MAX: usize = 64 << 20;

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    pub listen: SocketAddr,
}

/// Spans that a collector has said to have taken in.
pub fn spans(collector: &Process) -> u64 {
    let lines = collector.lines();
    let counts = lines.iter().rev().find_map(|line| line.text.strip_prefix(SPANS)?.parse().ok());
    counts.unwrap_or(0)
}

/// Serves until it is killed.
pub async fn run(options: Options) -> Result<(), String> {
    let collector = Collector::default();
    let incoming = TcpIncoming::bind(options.listen).map_err(text)?;
    let server = Server::builder()
        .add_service(TraceServiceServer::new(collector.clone()).max_decoding_message_size(EXPORT_BYTES_MAX))
        .add_service(MetricsServiceServer::new(collector.clone()).max_decoding_message_size(EXPORT_BYTES_MAX))
        .add_service(LogsServiceServer::new(collector.clone()).max_decoding_message_size(EXPORT_BYTES_MAX));
    child::say_ready();
    tokio::select! {
        served = server.serve_with_incoming(incoming) => served.map_err(text),
        () = collector.tell() => Ok(()),
    }
}

#[derive(Clone, Default)]
struct Collector {
    spans: Arc<AtomicU64>,
}

impl Collector {
    async fn tell(&self) {
        let mut told = 0;
        loop {
            let spans = self.spans.load(Ordering::Relaxed);
            if spans != told {
                println!("{SPANS}{spans}");
                told = spans;
            }
            sleep(TELL_EVERY).await;
        }
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans.into_iter();
        let spans = resources.flat_map(|resource| resource.scope_spans).map(|scope| scope.spans.len() as u64);
        self.spans.fetch_add(spans.sum(), Ordering::Relaxed);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        _request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        _request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}
