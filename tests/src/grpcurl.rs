//! A gRPC client that we did not write and that knows no proto file of ours: it asks the service's reflection.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;
use vigie_testkit::Tool;

/// Calls `method` at `endpoint` with JSON; the answer in JSON, or what the client says of a refusal.
///
/// # Errors
/// The status and its details as text.
pub fn grpcurl(endpoint: &str, token: &str, method: &str, message: &Value) -> Result<Value, String> {
    let output = Command::new(Tool::find("grpcurl").unwrap())
        .args(["-plaintext", "-max-time", "10", "-H", &format!("authorization: Bearer {token}")])
        .args(["-d", &message.to_string()])
        .args([endpoint.trim_start_matches("http://"), method])
        .output()
        .unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())
}

/// Calls a streaming `method` with messages, one after the other; the answers.
///
/// # Errors
/// As [`grpcurl`].
pub fn grpcurl_stream(
    endpoint: &str,
    token: &str,
    method: &str,
    messages: &[Value],
) -> Result<Vec<Value>, String> {
    let mut client = Command::new(Tool::find("grpcurl").unwrap())
        .args(["-plaintext", "-max-time", "60", "-H", &format!("authorization: Bearer {token}"), "-d", "@"])
        .args([endpoint.trim_start_matches("http://"), method])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It reads all that it is to send before it shows what it got: no pipe fills.
    let mut stdin = client.stdin.take().unwrap();
    for message in messages {
        // It says itself why it went.
        if writeln!(stdin, "{message}").is_err() {
            break;
        }
    }
    drop(stdin);
    let output = client.wait_with_output().unwrap();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter();
    answers.collect::<Result<_, _>>().map_err(|error| error.to_string())
}
