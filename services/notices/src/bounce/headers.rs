//! Header fields (RFC 5322), folded or not.

/// Fields of one header that are read.
const FIELDS_MAX: usize = 256;

/// The fields of a header.
pub(super) struct Headers<'a>(Vec<&'a str>);

impl<'a> Headers<'a> {
    /// The header that a text begins with, and what comes after it.
    pub(super) fn split(text: &'a str) -> (Self, &'a str) {
        let (header, rest) = match text.find("\n\n") {
            Some(end) => (text.get(..end).unwrap_or_default(), text.get(end + 2..).unwrap_or_default()),
            None => (text, ""),
        };
        let mut fields: Vec<&str> = Vec::new();
        let mut begin = 0;
        let mut at = 0;
        for line in header.split_inclusive('\n') {
            // A line that begins with white space goes on with the field before.
            if !line.starts_with([' ', '\t']) && at > begin {
                fields.extend(header.get(begin..at));
                begin = at;
            }
            at += line.len();
            if fields.len() >= FIELDS_MAX {
                return (Self(fields), rest);
            }
        }
        fields.extend(header.get(begin..at));
        (Self(fields), rest)
    }

    /// The value of the first field of that name, in lower case, in one line.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        let found = self.0.iter().find_map(|field| {
            let (field_name, value) = field.split_once(':')?;
            field_name.trim().eq_ignore_ascii_case(name).then_some(value)
        });
        found.map(|value| value.split('\n').map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned())
    }
}

/// A parameter of a field: `boundary` of `multipart/report; boundary="x"`.
pub(super) fn parameter(value: &str, name: &str) -> Option<String> {
    let mut rest = value;
    while let Some(at) = rest.find(';') {
        rest = rest.get(at + 1..)?.trim_start();
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (text, next) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"')?;
                (quoted.get(..end)?, quoted.get(end + 1..)?)
            }
            None => {
                let end = after.find([';', ' ', '\t']).unwrap_or(after.len());
                (after.get(..end)?, after.get(end..)?)
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(text.to_owned()).filter(|text| !text.is_empty());
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_fields_are_one_line_and_names_are_in_any_case() {
        let (headers, rest) =
            Headers::split("SUBJECT: a\nContent-type: multipart/report;\n\tboundary=\"x y\"\n\nbody\n\nmore");
        assert_eq!(headers.get("subject").as_deref(), Some("a"));
        let value = headers.get("content-type").unwrap();
        assert_eq!(parameter(&value, "boundary").as_deref(), Some("x y"));
        assert_eq!(rest, "body\n\nmore");
    }

    #[test]
    fn parameters_come_quoted_or_not_and_in_any_order() {
        let value = "multipart/report; report-type=delivery-status; boundary=abc.1; charset=\"utf-8\"";
        assert_eq!(parameter(value, "boundary").as_deref(), Some("abc.1"));
        assert_eq!(parameter(value, "charset").as_deref(), Some("utf-8"));
        assert_eq!(parameter(value, "none"), None);
        assert_eq!(parameter("multipart/report; boundary=\"open", "boundary"), None);
    }
}
