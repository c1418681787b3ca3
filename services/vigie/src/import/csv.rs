//! One line of a CSV file into its fields: RFC 4180, except that a field never spans lines. A stray quote would
//! otherwise swallow every row below it.

use std::borrow::Cow;

use super::text::Problem;

/// The fields of `line`; blanks around a field are dropped.
pub(super) fn fields(line: &str, separator: char) -> Result<Vec<Cow<'_, str>>, Problem> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.trim_start_matches([' ', '\t']).strip_prefix('"') {
            Some(quoted) => quoted_field(quoted, separator)?,
            None => plain_field(rest, separator)?,
        };
        fields.push(field);
        match after {
            Some(next) => rest = next,
            None => return Ok(fields),
        }
    }
}

type Split<'a> = (Cow<'a, str>, Option<&'a str>);

fn plain_field(text: &str, separator: char) -> Result<Split<'_>, Problem> {
    let (field, after) = match text.split_once(separator) {
        Some((field, after)) => (field, Some(after)),
        None => (text, None),
    };
    if field.contains('"') {
        return Err(Problem::StrayQuote);
    }
    Ok((Cow::Borrowed(field.trim()), after))
}

/// `text` begins behind the opening quote.
fn quoted_field(text: &str, separator: char) -> Result<Split<'_>, Problem> {
    let mut from = 0;
    loop {
        let tail = text.get(from..).ok_or(Problem::StrayQuote)?;
        let quote = from + tail.find('"').ok_or(Problem::UnclosedQuote)?;
        let after = text.get(quote + 1..).ok_or(Problem::UnclosedQuote)?;
        if after.starts_with('"') {
            from = quote + 2;
            continue;
        }
        let field = text.get(..quote).ok_or(Problem::StrayQuote)?;
        let field =
            if field.contains('"') { Cow::Owned(field.replace("\"\"", "\"")) } else { Cow::Borrowed(field) };
        let after = after.trim_start_matches([' ', '\t']);
        return match after.strip_prefix(separator) {
            Some(next) => Ok((field, Some(next))),
            None if after.is_empty() => Ok((field, None)),
            None => Err(Problem::StrayQuote),
        };
    }
}

/// `text` as a field.
pub(super) fn quote(text: &str, separator: char) -> String {
    let needs = text.contains(['"', '\n', '\r', separator]) || text.trim() != text;
    if needs { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<String>, Problem> {
        fields(line, ',').map(|fields| fields.into_iter().map(Cow::into_owned).collect())
    }

    #[test]
    fn plain_quoted_and_empty_fields() {
        assert_eq!(read("a,b,,").unwrap(), ["a", "b", "", ""]);
        assert_eq!(
            read(r#"1,"Dupont, Léa","say ""oui""" , x "#).unwrap(),
            ["1", "Dupont, Léa", "say \"oui\"", "x"]
        );
        assert_eq!(fields("a;b,c", ';').unwrap(), ["a", "b,c"]);
        assert_eq!(read("\"\"").unwrap(), [""]);
        assert_eq!(read("\"\"\"\"").unwrap(), ["\""]);
    }

    #[test]
    fn a_quote_out_of_place_is_a_problem_of_its_row() {
        assert_eq!(read("a,\"b").unwrap_err(), Problem::UnclosedQuote);
        assert_eq!(read("a,\"b\"c").unwrap_err(), Problem::StrayQuote);
        assert_eq!(read("a,b\"c").unwrap_err(), Problem::StrayQuote);
    }

    #[test]
    fn what_is_quoted_reads_back() {
        for text in ["plain", "a,b", "say \"oui\"", " blanks ", ""] {
            assert_eq!(read(&quote(text, ',')).unwrap(), [text]);
        }
    }
}
