//! The test's own view of a register: OsmoHLR's control interface.

use std::io::{self, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::{Error, ipa};

const NAME: &str = "OsmoHLR CTRL";
const LIMIT: Duration = Duration::from_secs(10);
/// Deeper pipelines run into Nagle's algorithm against delayed acknowledgements, 40 ms a time.
const PIPELINE: usize = 6;

/// A connection to the control interface.
#[derive(Debug)]
pub struct Ctrl {
    stream: BufReader<TcpStream>,
    last_id: u64,
}

impl Ctrl {
    /// Connects.
    ///
    /// # Errors
    /// As the system says.
    pub fn connect(address: SocketAddr) -> Result<Self, Error> {
        let connect = || -> io::Result<TcpStream> {
            let stream = TcpStream::connect_timeout(&address, LIMIT)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(LIMIT))?;
            Ok(stream)
        };
        let stream = connect().map_err(|error| Error::failed(NAME, error))?;
        Ok(Self { stream: BufReader::new(stream), last_id: 0 })
    }

    /// `GET variable`: the value, or what the register says is wrong.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn get(&mut self, variable: &str) -> Result<Result<String, String>, Error> {
        let request = format!("GET {{id}} {variable}");
        Ok(self.exchange(&[request])?.pop().unwrap_or_else(|| Err("no answer".to_owned())))
    }

    /// `SET variable value`: the value answered, or what the register says is wrong.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn set(&mut self, variable: &str, value: &str) -> Result<Result<String, String>, Error> {
        let request = format!("SET {{id}} {variable} {value}");
        Ok(self.exchange(&[request])?.pop().unwrap_or_else(|| Err("no answer".to_owned())))
    }

    /// Sends `requests` (each with `{id}` where its number belongs) a few at a time; the answers in the same order.
    pub(crate) fn exchange(&mut self, requests: &[String]) -> Result<Vec<Result<String, String>>, Error> {
        let failed = |error: io::Error| Error::failed(NAME, error);
        let mut answers = Vec::with_capacity(requests.len());
        for group in requests.chunks(PIPELINE) {
            let mut ids = Vec::with_capacity(group.len());
            for request in group {
                self.last_id += 1;
                let text = request.replacen("{id}", &self.last_id.to_string(), 1);
                let body: Vec<u8> = [ipa::OSMO_CTRL].into_iter().chain(text.into_bytes()).collect();
                ipa::write_frame(self.stream.get_mut(), ipa::OSMO, &body).map_err(failed)?;
                ids.push(self.last_id.to_string());
            }
            for id in ids {
                answers.push(self.answer(&id)?);
            }
        }
        Ok(answers)
    }

    fn answer(&mut self, id: &str) -> Result<Result<String, String>, Error> {
        let (protocol, body) =
            ipa::read_frame(&mut self.stream).map_err(|error| Error::failed(NAME, error))?;
        let text = body.strip_prefix(&[ipa::OSMO_CTRL]).filter(|_| protocol == ipa::OSMO);
        let text = String::from_utf8_lossy(text.unwrap_or_default()).into_owned();
        let mut words = text.splitn(4, ' ');
        match (words.next(), words.next()) {
            (Some("GET_REPLY" | "SET_REPLY"), Some(number)) if number == id => {
                Ok(Ok(words.nth(1).unwrap_or_default().to_owned()))
            }
            (Some("ERROR"), Some(number)) if number == id => Ok(Err(words.collect::<Vec<_>>().join(" "))),
            _ => Err(Error::failed(NAME, format!("an answer that is none: {text:?}"))),
        }
    }
}
