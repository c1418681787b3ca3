//! The file as a whole: surveyed once, then read row by row.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::header::{self, Header};
use super::sheet::Sheet;
use super::text::{Problem, next_line};
use crate::error::Error;

const BUFFER_BYTES: usize = 256 * 1024;

/// What must be known of a file before its first row is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// SHA-256 over its bytes, hex: names the import.
    pub(crate) hash: String,
    /// Rows, broken ones included, blank lines not.
    pub(crate) rows: i64,
}

/// Reads the file once: its hash, how many rows it has, and whether its header can be understood.
pub(crate) fn survey<S: Sheet>(path: &Path) -> Result<Survey, Error> {
    let mut rows = Rows::<S>::open(path)?;
    let mut count = 0;
    while rows.raw.next()?.is_some() {
        count += 1;
    }
    Ok(Survey { hash: rows.hash(), rows: count })
}

/// A row's number, and what stands there or why it cannot be read.
pub(crate) type Row<T> = (i64, Result<T, Problem>);

/// The rows of a file as they stand, in its order.
pub(super) struct RawRows {
    reader: Hashing,
    name: String,
    header: String,
    row: i64,
}

impl RawRows {
    /// Opens a file and reads its first line.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let failed = |source| Error::local(format!("read {name}"), source);
        let file = File::open(path).map_err(failed)?;
        let mut reader =
            Hashing { inner: BufReader::with_capacity(BUFFER_BYTES, file), digest: Sha256::new() };
        let header = match next_line(&mut reader).map_err(failed)? {
            Some(Ok(line)) => line,
            Some(Err(problem)) => return Err(Error::Usage(format!("{name}: the header row: {problem}"))),
            None => return Err(Error::Usage(format!("{name}: the file is empty"))),
        };
        Ok(Self { reader, name, header, row: 0 })
    }

    /// The next row, with its number; `None` at the end. Blank lines are passed over.
    pub(super) fn next(&mut self) -> Result<Option<Row<String>>, Error> {
        loop {
            let line = next_line(&mut self.reader)
                .map_err(|source| Error::local(format!("read {}", self.name), source))?;
            let Some(line) = line else { return Ok(None) };
            self.row += 1;
            if !line.as_ref().is_ok_and(|line| line.trim().is_empty()) {
                return Ok(Some((self.row, line)));
            }
        }
    }

    /// The header as it stands, and what stands between two fields.
    pub(super) fn header(&self) -> (&str, char) {
        (header::without_mark(&self.header), header::separator(&self.header))
    }
}

/// The rows of a file, in its order.
pub(crate) struct Rows<S: 'static> {
    raw: RawRows,
    header: Header<S>,
}

impl<S: Sheet> Rows<S> {
    /// Opens a file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let raw = RawRows::open(path)?;
        let header = Header::read(&raw.header).map_err(|why| Error::Usage(format!("{}: {why}", raw.name)))?;
        Ok(Self { raw, header })
    }

    /// The next row as what it describes, with its number; `None` at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<Row<S>>, Error> {
        let raw = self.raw.next()?;
        Ok(raw.map(|(row, line)| (row, line.and_then(|line| self.header.entry(&line)))))
    }

    /// SHA-256 over what was read so far, hex: over the whole file once the last row was read.
    pub(crate) fn hash(&self) -> String {
        hex::encode(self.raw.reader.digest.clone().finalize())
    }
}

/// Hashes what goes through it.
struct Hashing {
    inner: BufReader<File>,
    digest: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.digest.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

impl BufRead for Hashing {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.digest.update(self.inner.buffer().get(..amount).unwrap_or_default());
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use vigie_proto::lines::LineEntry;

    use super::*;

    fn written(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    const HEADER: &[u8] = b"account_id,msisdn,imsi,iccid,account_holder\n";

    #[test]
    fn broken_rows_keep_their_numbers_and_the_others_go_on() {
        let mut bytes = HEADER.to_vec();
        bytes.extend_from_slice(
            b"a,+33639980001,2,8,h\n\na,+33639980002\nL\xe9a,x,x,x,x\na,\"+3,x,x,x\na,+33639980003,2,8,h",
        );
        let file = written(&bytes);
        let mut rows = Rows::<LineEntry>::open(file.path()).unwrap();
        let mut read = Vec::new();
        while let Some((number, row)) = rows.next_row().unwrap() {
            read.push((number, row.map(|entry| entry.msisdn).map_err(|problem| problem.reason())));
        }
        assert_eq!(
            read,
            [
                (1, Ok("+33639980001".into())),
                (3, Err("CSV_COLUMN_COUNT")),
                (4, Err("CSV_NOT_UTF8")),
                (5, Err("CSV_QUOTE")),
                (6, Ok("+33639980003".into())),
            ]
        );
        let survey = survey::<LineEntry>(file.path()).unwrap();
        assert_eq!(survey.rows, 5);
        assert_eq!(survey.hash, hex::encode(Sha256::digest(&bytes)), "over the very bytes");
        assert_eq!(rows.hash(), survey.hash);
    }

    #[test]
    fn what_is_no_csv_of_lines_is_refused_before_anything_is_sent() {
        for (bytes, named) in [(&b""[..], "empty"), (b"\xff\xfe\n", "UTF-8"), (b"a,b\n", "unknown column")] {
            let refused = survey::<LineEntry>(written(bytes).path()).unwrap_err();
            assert!(refused.to_string().contains(named), "{refused}");
            assert_eq!(refused.reason(), "USAGE");
        }
        let missing = survey::<LineEntry>(Path::new("/no/such/file.csv")).unwrap_err();
        assert!(missing.to_string().contains("/no/such/file.csv"), "{missing}");
    }
}
