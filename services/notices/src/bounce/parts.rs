//! Parts of a multipart message (RFC 2046).

use super::headers::Headers;

/// Parts that are read.
const PARTS_MAX: usize = 16;

/// A part.
pub(super) struct Part<'a> {
    content_type: String,
    pub(super) body: &'a str,
}

impl Part<'_> {
    /// Whether it is of one of two types.
    pub(super) fn is(&self, one: &str, other: &str) -> bool {
        self.content_type == one || self.content_type == other
    }
}

/// The parts of a body.
pub(super) fn split<'a>(body: &'a str, boundary: &str) -> Vec<Part<'a>> {
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut begin: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let text = line.trim_end();
        let rest = text.strip_prefix(delimiter.as_str());
        if let Some(rest) = rest.filter(|rest| rest.is_empty() || *rest == "--") {
            if let Some(part) = begin.and_then(|begin| body.get(begin..at)) {
                parts.push(part);
            }
            begin = Some(at + line.len()).filter(|_| rest.is_empty());
            if parts.len() >= PARTS_MAX {
                break;
            }
        }
        at += line.len();
    }
    // A notification that was cut off ends without its last delimiter.
    if let Some(part) = begin.and_then(|begin| body.get(begin..)) {
        parts.push(part);
    }
    parts.into_iter().map(part).collect()
}

fn part(text: &str) -> Part<'_> {
    // A part without header begins with an empty line.
    let (content_type, body) = match text.strip_prefix('\n') {
        Some(body) => (None, body),
        None => {
            let (headers, body) = Headers::split(text);
            (headers.get("content-type"), body)
        }
    };
    let content_type = content_type.unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Part { content_type, body }
}
