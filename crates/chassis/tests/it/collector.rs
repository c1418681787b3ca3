//! A collector of our own, and what reaches it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

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
use opentelemetry_proto::tonic::trace::v1::Span;
use parking_lot::Mutex;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};
use vigie_chassis::telemetry::{self, Format};
use vigie_proto::log::FeedRequest;

use crate::raw::{call, framed};
use crate::stub::{FEED, limit};
use crate::world::{World, next_port, soon};

pub(crate) const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

#[derive(Clone, Default)]
struct Collector {
    spans: Arc<Mutex<Vec<Span>>>,
    metrics: Arc<Mutex<Vec<String>>>,
    log_traces: Arc<Mutex<Vec<Vec<u8>>>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans.into_iter();
        let spans = resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans);
        self.spans.lock().extend(spans);
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let resources = request.into_inner().resource_metrics.into_iter();
        let metrics = resources.flat_map(|resource| resource.scope_metrics).flat_map(|scope| scope.metrics);
        self.metrics.lock().extend(metrics.map(|metric| metric.name));
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        let resources = request.into_inner().resource_logs.into_iter();
        let records = resources.flat_map(|resource| resource.scope_logs).flat_map(|scope| scope.log_records);
        self.log_traces.lock().extend(records.map(|record| record.trace_id));
        Ok(Response::new(Default::default()))
    }
}

impl Collector {
    async fn start(&self) -> SocketAddr {
        let (address, incoming) = loop {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, next_port()));
            if let Ok(incoming) = TcpIncoming::bind(address) {
                break (address, incoming);
            }
        };
        let server = tonic::transport::Server::builder()
            .add_service(TraceServiceServer::new(self.clone()))
            .add_service(MetricsServiceServer::new(self.clone()))
            .add_service(LogsServiceServer::new(self.clone()));
        tokio::spawn(server.serve_with_incoming(incoming));
        address
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "sets up telemetry for its whole process; run by telemetry::traces_and_log_lines_…"]
async fn a_failing_call_is_exported() {
    let collector = Collector::default();
    let options = telemetry::Options {
        format: Format::Json,
        otlp_endpoint: Some(format!("http://{}", collector.start().await)),
        ..telemetry::Options::default()
    };
    let telemetry = telemetry::init(&options).unwrap();
    assert!(matches!(telemetry::init(&options), Err(telemetry::Error::AlreadySet(_))));

    let world = World::start_recorded(telemetry.clone()).await;
    let authorization = format!("Bearer {}", world.operator());
    let parent = format!("00-{TRACE_ID}-{PARENT}-01");
    let headers = [("authorization", authorization.as_str()), ("traceparent", parent.as_str())];
    let body = |limit| framed(&FeedRequest { limit, ..FeedRequest::default() });
    soon(call(world.address, FEED, &headers, body(limit::BARE_STATUS))).await;
    soon(call(world.address, FEED, &headers, body(limit::TELL))).await;
    soon(telemetry.shutdown()).await;

    let spans = collector.spans.lock().clone();
    let calls: Vec<_> = spans.iter().filter(|span| span.name == FEED.trim_start_matches('/')).collect();
    assert_eq!(calls.len(), 2, "{spans:?}");
    for span in &calls {
        assert_eq!(hex(&span.trace_id), TRACE_ID);
        assert_eq!(hex(&span.parent_span_id), PARENT);
    }
    assert!(collector.log_traces.lock().iter().any(|trace| hex(trace) == TRACE_ID));
    assert!(collector.metrics.lock().iter().any(|name| name == "rpc.server.call.duration"));
    // Nothing reports on what reports.
    assert_eq!(spans.len(), calls.len(), "{spans:?}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
