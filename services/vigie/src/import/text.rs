//! A file's lines, each bounded, each on its own good or bad.

use std::io::{self, BufRead};

/// A line longer than this is no row of ours: fields are at most a few hundred bytes.
pub(super) const LINE_MAX_BYTES: usize = 64 * 1024;

/// Why a row cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    #[error("not UTF-8 from byte {0} of the line on; save the file as UTF-8")]
    NotUtf8(usize),
    #[error("longer than {LINE_MAX_BYTES} bytes")]
    TooLong,
    #[error("a quote is opened and not closed on the line")]
    UnclosedQuote,
    #[error("a quote stands in the middle of a field; double it and quote the whole field")]
    StrayQuote,
    #[error("{found} columns instead of {expected}")]
    ColumnCount { found: usize, expected: usize },
    #[error("column {column}: {why}")]
    Value { column: &'static str, why: String },
}

impl Problem {
    /// Stable reason, beside those of the service.
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::NotUtf8(_) => "CSV_NOT_UTF8",
            Self::TooLong => "CSV_ROW_TOO_LONG",
            Self::UnclosedQuote | Self::StrayQuote => "CSV_QUOTE",
            Self::ColumnCount { .. } => "CSV_COLUMN_COUNT",
            Self::Value { .. } => "CSV_VALUE",
        }
    }
}

/// The next line without its end; `None` at the end of the file.
///
/// A line over the bound is read over, not kept.
pub(super) fn next_line(reader: &mut impl BufRead) -> io::Result<Option<Result<String, Problem>>> {
    let mut line = Vec::new();
    let (mut read_any, mut too_long) = (false, false);
    loop {
        let buffered = reader.fill_buf()?;
        if buffered.is_empty() {
            break;
        }
        let (part, used, ended) = match buffered.iter().position(|byte| *byte == b'\n') {
            Some(end) => (buffered.get(..end).unwrap_or_default(), end + 1, true),
            None => (buffered, buffered.len(), false),
        };
        read_any = true;
        // One byte more than the bound: the \r of the line's end may come with it.
        too_long |= line.len() + part.len() > LINE_MAX_BYTES + 1;
        if !too_long {
            line.extend_from_slice(part);
        }
        reader.consume(used);
        if ended {
            break;
        }
    }
    if !read_any {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    if too_long || line.len() > LINE_MAX_BYTES {
        return Ok(Some(Err(Problem::TooLong)));
    }
    Ok(Some(String::from_utf8(line).map_err(|error| Problem::NotUtf8(error.utf8_error().valid_up_to() + 1))))
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn lines(bytes: &[u8]) -> Vec<Result<String, Problem>> {
        let mut reader = BufReader::with_capacity(7, bytes);
        std::iter::from_fn(|| next_line(&mut reader).unwrap()).collect()
    }

    #[test]
    fn both_line_ends_and_a_missing_last_one() {
        let read: Vec<_> = lines(b"one\r\n\ntwo\nthree").into_iter().map(Result::unwrap).collect();
        assert_eq!(read, ["one", "", "two", "three"]);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_that_is_not_text_spoils_only_itself() {
        let read = lines(b"good\nL\xe9a\nalso good\n");
        assert_eq!(read[1], Err(Problem::NotUtf8(2)));
        assert_eq!(read[2].as_deref(), Ok("also good"));
    }

    #[test]
    fn an_endless_line_is_read_over_in_bounded_memory() {
        for excess in [1, 2, 7, 1000] {
            let mut bytes = vec![b'x'; LINE_MAX_BYTES + excess];
            bytes.extend_from_slice(b"\nnext\n");
            assert_eq!(lines(&bytes), [Err(Problem::TooLong), Ok("next".into())], "{excess} too many");
        }
    }

    #[test]
    fn the_longest_line_is_still_a_row() {
        let longest = "x".repeat(LINE_MAX_BYTES);
        for end in ["\n", "\r\n", ""] {
            assert_eq!(lines(format!("{longest}{end}").as_bytes()), [Ok(longest.clone())]);
        }
    }
}
