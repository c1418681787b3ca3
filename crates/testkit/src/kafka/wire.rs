//! The broker's own protocol, as far as the kit needs it: one connection, one request at a time.
//!
//! A Java tool for each topic would cost a second of virtual machine; a library would be the one that is under test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::Error;

use super::NAME;

const CONNECT_LIMIT: Duration = Duration::from_secs(2);
const ANSWER_BYTES_MAX: u32 = 4 * 1024 * 1024;

/// A connection to one broker.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
}

/// How lengths are written, which the version of a request decides ("flexible versions", KIP-482).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Lengths of fixed width.
    Fixed,
    /// Lengths as varints, one more than they say; every structure ends with tagged fields.
    Flexible,
}

/// A request under construction.
#[derive(Debug)]
pub(super) struct Request {
    form: Form,
    bytes: Vec<u8>,
}

/// What a broker answered, read from the front.
#[derive(Debug)]
pub(super) struct Answer {
    form: Form,
    bytes: std::io::Cursor<Vec<u8>>,
}

impl Connection {
    /// To the first of `bootstrap` (`host:port`, separated by commas) that takes one; each answer may take `patience`.
    pub(super) fn open(bootstrap: &str, patience: Duration) -> Result<Self, Error> {
        let mut reason = "no address".to_owned();
        for address in addresses(bootstrap) {
            match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(patience)).map_err(failed)?;
                    stream.set_nodelay(true).map_err(failed)?;
                    return Ok(Self { stream });
                }
                Err(error) => reason = error.to_string(),
            }
        }
        Err(failed(format!("{bootstrap}: {reason}")))
    }

    pub(super) fn ask(&mut self, request: Request) -> Result<Answer, Error> {
        let length = u32::try_from(request.bytes.len()).map_err(failed)?;
        self.stream.write_all(&length.to_be_bytes()).map_err(failed)?;
        self.stream.write_all(&request.bytes).map_err(failed)?;
        let mut length = [0; 4];
        self.stream.read_exact(&mut length).map_err(failed)?;
        let length = u32::from_be_bytes(length);
        if length > ANSWER_BYTES_MAX {
            return Err(failed(format!("an answer of {length} bytes")));
        }
        let mut bytes = vec![0; usize::try_from(length).map_err(failed)?];
        self.stream.read_exact(&mut bytes).map_err(failed)?;
        let mut answer = Answer { form: request.form, bytes: std::io::Cursor::new(bytes) };
        let _correlation = answer.i32()?;
        answer.end()?;
        Ok(answer)
    }
}

impl Request {
    /// Request `key` of the protocol's list, in `version`, which is written in `form`.
    pub(super) fn new(key: i16, version: i16, form: Form) -> Self {
        let request = Self { form: Form::Fixed, bytes: Vec::new() };
        let header = request.i16(key).i16(version).i32(1).text("vigie-testkit");
        Self { form, ..header }.end()
    }

    pub(super) fn i8(mut self, value: i8) -> Self {
        self.bytes.extend(value.to_be_bytes());
        self
    }

    pub(super) fn i16(mut self, value: i16) -> Self {
        self.bytes.extend(value.to_be_bytes());
        self
    }

    pub(super) fn i32(mut self, value: i32) -> Self {
        self.bytes.extend(value.to_be_bytes());
        self
    }

    pub(super) fn bool(self, value: bool) -> Self {
        self.i8(i8::from(value))
    }

    /// A string; the kit writes none longer than 32 KiB.
    pub(super) fn text(mut self, value: &str) -> Self {
        self = match self.form {
            Form::Fixed => self.i16(i16::try_from(value.len()).unwrap_or(i16::MAX)),
            Form::Flexible => self.count(value.len()),
        };
        self.bytes.extend(value.as_bytes());
        self
    }

    pub(super) fn bytes(mut self, value: &[u8]) -> Self {
        self = self.count(value.len());
        self.bytes.extend(value);
        self
    }

    /// The items of an array, each written by `write`.
    pub(super) fn array<T>(
        self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>,
        write: impl FnMut(Self, T) -> Self,
    ) -> Self {
        let items = items.into_iter();
        let request = self.count(items.len());
        items.fold(request, write)
    }

    /// The end of a structure.
    pub(super) fn end(self) -> Self {
        match self.form {
            Form::Fixed => self,
            Form::Flexible => self.i8(0),
        }
    }

    fn count(mut self, count: usize) -> Self {
        match self.form {
            Form::Fixed => self.i32(i32::try_from(count).unwrap_or(i32::MAX)),
            Form::Flexible => {
                let mut rest = count + 1;
                while rest > 0x7f {
                    self.bytes.push(u8::try_from(rest & 0x7f).unwrap_or_default() | 0x80);
                    rest >>= 7;
                }
                self.bytes.push(u8::try_from(rest).unwrap_or_default());
                self
            }
        }
    }
}

impl Answer {
    pub(super) fn i8(&mut self) -> Result<i8, Error> {
        self.fixed().map(i8::from_be_bytes)
    }

    pub(super) fn i16(&mut self) -> Result<i16, Error> {
        self.fixed().map(i16::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, Error> {
        self.fixed().map(i32::from_be_bytes)
    }

    /// A string; empty where the broker says null.
    pub(super) fn text(&mut self) -> Result<String, Error> {
        let length = match self.form {
            Form::Fixed => usize::try_from(self.i16()?).unwrap_or(0),
            Form::Flexible => self.count()?,
        };
        String::from_utf8(self.take(length)?).map_err(failed)
    }

    /// The items of an array, each read by `read`.
    pub(super) fn array<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let count = self.count()?;
        (0..count).map(|_| read(self)).collect()
    }

    /// The end of a structure, with tagged fields that the kit does not know.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        if self.form == Form::Fixed {
            return Ok(());
        }
        for _ in 0..self.varint()? {
            let _tag = self.varint()?;
            let length = self.varint()?;
            self.take(length)?;
        }
        Ok(())
    }

    fn count(&mut self) -> Result<usize, Error> {
        match self.form {
            Form::Fixed => Ok(usize::try_from(self.i32()?).unwrap_or(0)),
            Form::Flexible => Ok(self.varint()?.saturating_sub(1)),
        }
    }

    /// At most four bytes: no answer is longer than [`ANSWER_BYTES_MAX`].
    fn varint(&mut self) -> Result<usize, Error> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let [byte] = self.fixed()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(failed("a length beyond the answer"))
    }

    fn take(&mut self, length: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(length).map_err(failed)?;
        Read::by_ref(&mut self.bytes).take(limit).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() == length { Ok(bytes) } else { Err(failed("an answer that is cut short")) }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.bytes.read_exact(&mut bytes).map_err(failed)?;
        Ok(bytes)
    }
}

fn addresses(bootstrap: &str) -> impl Iterator<Item = SocketAddr> {
    bootstrap.split(',').flat_map(|server| server.trim().to_socket_addrs().into_iter().flatten())
}

fn failed(reason: impl std::fmt::Display) -> Error {
    Error::failed(NAME, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_request_has_the_lengths_of_the_protocol() {
        let request = Request::new(19, 4, Form::Fixed).array(["ab"], |r, name| r.text(name));
        let header = [0, 19, 0, 4, 0, 0, 0, 1, 0, 13];
        let body = [0, 0, 0, 1, 0, 2, b'a', b'b'];
        assert_eq!(request.bytes, [&header[..], b"vigie-testkit", &body].concat());
    }

    #[test]
    fn a_flexible_length_is_one_more_and_may_take_two_bytes() {
        let request = Request { form: Form::Flexible, bytes: Vec::new() };
        assert_eq!(request.text("ab").end().bytes, [3, b'a', b'b', 0]);
        let request = Request { form: Form::Flexible, bytes: Vec::new() };
        assert_eq!(request.bytes(&[0; 200]).bytes[..2], [201 & 0x7f | 0x80, 1]);
    }

    #[test]
    fn an_answer_cut_short_is_an_error() {
        let mut answer = Answer { form: Form::Fixed, bytes: std::io::Cursor::new(vec![0, 5, b'a']) };
        assert!(answer.text().is_err());
    }

    #[test]
    fn unknown_tagged_fields_are_passed_over() {
        let bytes = vec![1, 0, 2, 9, 9, 7];
        let mut answer = Answer { form: Form::Flexible, bytes: std::io::Cursor::new(bytes) };
        answer.end().unwrap();
        assert_eq!(answer.i8().unwrap(), 7);
    }
}
