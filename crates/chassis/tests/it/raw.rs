//! A client without mercy of its own: bytes and headers go out as they are, and no timer hides the server's answer.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Request};
use prost::Message;
use tonic::Status;

/// A gRPC message with its prefix.
pub(crate) fn framed(message: &impl Message) -> Bytes {
    prefixed(&message.encode_to_vec())
}

pub(crate) fn prefixed(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], length.as_slice(), message].concat().into()
}

/// Makes one call; gives the bytes of the answer and its status.
pub(crate) async fn call(
    address: SocketAddr,
    path: &str,
    headers: &[(&'static str, &str)],
    body: Bytes,
) -> (Vec<u8>, Status) {
    let tcp = tokio::net::TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(tcp).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();

    let mut request = Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (response, mut sending) = client.send_request(request.body(()).unwrap(), false).unwrap();
    sending.send_data(body, true).unwrap();
    let response = response.await.unwrap();
    if let Some(status) = Status::from_header_map(response.headers()) {
        connection.abort();
        return (Vec::new(), status);
    }
    let mut answer = response.into_body();
    let mut bytes = Vec::new();
    while let Some(piece) = answer.data().await {
        let piece = piece.unwrap();
        answer.flow_control().release_capacity(piece.len()).unwrap();
        bytes.extend_from_slice(&piece);
    }
    let trailers: HeaderMap = answer.trailers().await.unwrap().unwrap();
    connection.abort();
    (bytes, Status::from_header_map(&trailers).unwrap())
}
