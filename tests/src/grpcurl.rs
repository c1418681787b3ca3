//! A gRPC client that we did not write and that knows no proto file of ours: it asks the service's reflection.

use std::process::Command;

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
