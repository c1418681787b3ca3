//! The network element that an attached phone hangs on, as far as a register can see it.

use std::io::BufReader;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::{Error, ipa};

const NAME: &str = "fake MSC";

/// GSUP message types (Osmocom's generic subscriber update protocol).
mod message {
    pub(super) const UPDATE_LOCATION_REQUEST: u8 = 0x04;
    pub(super) const UPDATE_LOCATION_ERROR: u8 = 0x05;
    pub(super) const UPDATE_LOCATION_RESULT: u8 = 0x06;
    pub(super) const INSERT_DATA_REQUEST: u8 = 0x10;
    pub(super) const INSERT_DATA_RESULT: u8 = 0x12;
    pub(super) const DELETE_DATA_REQUEST: u8 = 0x14;
    pub(super) const DELETE_DATA_RESULT: u8 = 0x16;
}

/// GSUP information elements.
mod element {
    pub(super) const IMSI: u8 = 0x01;
    pub(super) const CN_DOMAIN: u8 = 0x28;
}

/// Core network domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CnDomain {
    /// Packet-switched: we are an SGSN.
    Ps,
    /// Circuit-switched: we are an MSC with its VLR.
    Cs,
}

impl CnDomain {
    fn code(self) -> u8 {
        match self {
            Self::Ps => 1,
            Self::Cs => 2,
        }
    }
}

/// The register told us to forget a subscriber: his phone is off the network.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// Whose.
    pub imsi: String,
    /// The domain, where the register named one.
    pub domain: Option<CnDomain>,
    /// When the message arrived.
    pub at: Instant,
}

/// An MSC (or SGSN) attached to a register over GSUP. It answers as a real one would and notes every Delete Data.
#[derive(Debug)]
pub struct FakeMsc {
    stream: TcpStream,
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_identified: bool,
    is_closed: bool,
    /// (IMSI, accepted)
    locations: Vec<(String, bool)>,
    deletions: Vec<Deletion>,
}

impl FakeMsc {
    /// Attaches to the register's GSUP address under `name`, which the register then gives as VLR or SGSN number.
    ///
    /// # Errors
    /// When the register does not take us.
    pub fn attach(gsup: SocketAddr, name: &str) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::failed(NAME, error);
        let stream = TcpStream::connect(gsup).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let shared = Arc::new(Shared::default());
        let reader = Reader {
            incoming: BufReader::new(stream.try_clone().map_err(failed)?),
            outgoing: stream.try_clone().map_err(failed)?,
            name: name.to_owned(),
            shared: Arc::clone(&shared),
        };
        let reader = std::thread::spawn(move || reader.run());
        let msc = Self { stream, shared, reader: Some(reader) };
        msc.wait("the register to ask who we are", Duration::from_secs(5), |state| {
            state.is_identified.then_some(())
        })?;
        Ok(msc)
    }

    /// A phone with `imsi` appears here: Update Location, until the register answers. False if it refuses the phone.
    ///
    /// # Errors
    /// When the register does not answer.
    pub fn update_location(&self, imsi: &str, domain: CnDomain) -> Result<bool, Error> {
        let known = self.shared.state.lock().locations.len();
        let mut body = vec![ipa::OSMO_GSUP, message::UPDATE_LOCATION_REQUEST];
        push_element(&mut body, element::IMSI, &to_tbcd(imsi));
        push_element(&mut body, element::CN_DOMAIN, &[domain.code()]);
        ipa::write_frame(&mut &self.stream, ipa::OSMO, &body).map_err(|error| Error::failed(NAME, error))?;
        self.wait("an answer to Update Location", Duration::from_secs(5), |state| {
            let answers = state.locations.get(known..)?;
            answers.iter().find(|(who, _)| who == imsi).map(|(_, is_accepted)| *is_accepted)
        })
    }

    /// Every Delete Data received, in order of arrival.
    pub fn deletions(&self) -> Vec<Deletion> {
        self.shared.state.lock().deletions.clone()
    }

    /// The first Delete Data for `imsi`, of all received or still to come.
    ///
    /// # Errors
    /// When none comes within `limit`.
    pub fn wait_for_deletion(&self, imsi: &str, limit: Duration) -> Result<Deletion, Error> {
        self.wait("Delete Data", limit, |state| {
            state.deletions.iter().find(|deletion| deletion.imsi == imsi).cloned()
        })
    }

    fn wait<T>(&self, what: &str, limit: Duration, find: impl Fn(&State) -> Option<T>) -> Result<T, Error> {
        let end = Instant::now() + limit;
        let mut state = self.shared.state.lock();
        loop {
            if let Some(found) = find(&state) {
                return Ok(found);
            }
            if state.is_closed {
                return Err(Error::failed(NAME, format!("the register hung up; waited for {what}")));
            }
            if self.shared.changed.wait_until(&mut state, end).timed_out() {
                return Err(Error::timed_out(what, limit));
            }
        }
    }
}

impl Drop for FakeMsc {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

struct Reader {
    incoming: BufReader<TcpStream>,
    outgoing: TcpStream,
    name: String,
    shared: Arc<Shared>,
}

impl Reader {
    fn run(mut self) {
        while let Ok((protocol, body)) = ipa::read_frame(&mut self.incoming) {
            let is_alive = match protocol {
                ipa::CCM => self.manage(&body),
                ipa::OSMO => body.strip_prefix(&[ipa::OSMO_GSUP]).is_none_or(|gsup| self.receive(gsup)),
                _ => true,
            };
            self.shared.changed.notify_all();
            if !is_alive {
                break;
            }
        }
        self.shared.state.lock().is_closed = true;
        self.shared.changed.notify_all();
    }

    /// Connection management: identity and ping. False when the connection is gone.
    fn manage(&mut self, body: &[u8]) -> bool {
        const PING: u8 = 0x00;
        const PONG: u8 = 0x01;
        const ID_GET: u8 = 0x04;
        const ID_RESPONSE: u8 = 0x05;
        match body.first() {
            Some(&PING) => ipa::write_frame(&mut self.outgoing, ipa::CCM, &[PONG]).is_ok(),
            Some(&ID_GET) => {
                let name = self.name.as_str();
                let identity: [(u8, &str); 8] = [
                    (0x08, "0/0/0"),
                    (0x07, name),
                    (0x02, ""),
                    (0x03, "0"),
                    (0x04, "00:00:00:00:00:00"),
                    (0x05, "x"),
                    (0x01, name),
                    (0x00, name),
                ];
                let mut answer = vec![ID_RESPONSE];
                for (tag, value) in identity {
                    let length = u16::try_from(value.len() + 2).unwrap_or(u16::MAX);
                    answer.extend_from_slice(&length.to_be_bytes());
                    answer.push(tag);
                    answer.extend_from_slice(value.as_bytes());
                    answer.push(0);
                }
                let is_sent = ipa::write_frame(&mut self.outgoing, ipa::CCM, &answer).is_ok();
                self.shared.state.lock().is_identified = is_sent;
                is_sent
            }
            _ => true,
        }
    }

    /// A GSUP message. False when the connection is gone.
    fn receive(&mut self, gsup: &[u8]) -> bool {
        let Some((&kind, elements)) = gsup.split_first() else { return true };
        let imsi = find_element(elements, element::IMSI).map(from_tbcd).unwrap_or_default();
        let domain = find_element(elements, element::CN_DOMAIN).and_then(|value| match value {
            [1] => Some(CnDomain::Ps),
            [2] => Some(CnDomain::Cs),
            _ => None,
        });
        match kind {
            message::INSERT_DATA_REQUEST => self.acknowledge(message::INSERT_DATA_RESULT, &imsi, domain),
            message::DELETE_DATA_REQUEST => {
                let deletion = Deletion { imsi: imsi.clone(), domain, at: Instant::now() };
                self.shared.state.lock().deletions.push(deletion);
                self.acknowledge(message::DELETE_DATA_RESULT, &imsi, domain)
            }
            message::UPDATE_LOCATION_RESULT | message::UPDATE_LOCATION_ERROR => {
                self.shared.state.lock().locations.push((imsi, kind == message::UPDATE_LOCATION_RESULT));
                true
            }
            _ => true,
        }
    }

    fn acknowledge(&mut self, kind: u8, imsi: &str, domain: Option<CnDomain>) -> bool {
        let mut body = vec![ipa::OSMO_GSUP, kind];
        push_element(&mut body, element::IMSI, &to_tbcd(imsi));
        if let Some(domain) = domain {
            push_element(&mut body, element::CN_DOMAIN, &[domain.code()]);
        }
        ipa::write_frame(&mut self.outgoing, ipa::OSMO, &body).is_ok()
    }
}

fn push_element(body: &mut Vec<u8>, tag: u8, value: &[u8]) {
    body.push(tag);
    body.push(u8::try_from(value.len()).unwrap_or(u8::MAX));
    body.extend_from_slice(value);
}

fn find_element(mut elements: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [tag, length, rest @ ..] = elements {
        let value = rest.get(..usize::from(*length))?;
        if *tag == wanted {
            return Some(value);
        }
        elements = rest.get(usize::from(*length)..)?;
    }
    None
}

/// Telephony binary-coded decimal: two digits a byte, the first in the low half, `f` fills up.
fn to_tbcd(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().map(|digit| digit.wrapping_sub(b'0') & 0x0F).collect();
    digits.chunks(2).map(|pair| pair.first().unwrap_or(&0) | pair.get(1).unwrap_or(&0x0F) << 4).collect()
}

fn from_tbcd(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte & 0x0F, byte >> 4]);
    halves.take_while(|digit| *digit < 10).map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tbcd_of_odd_and_even_length() {
        assert_eq!(to_tbcd("208010000000001"), [0x02, 0x08, 0x01, 0, 0, 0, 0, 0xF1]);
        for digits in ["208010000000001", "20801000000001", "1"] {
            assert_eq!(from_tbcd(&to_tbcd(digits)), digits);
        }
    }

    #[test]
    fn a_truncated_element_is_not_found() {
        assert_eq!(find_element(&[0x28, 1, 2, 0x01, 9, 1], 0x28), Some(&[2][..]));
        assert_eq!(find_element(&[0x28, 1, 2, 0x01, 9, 1], 0x01), None);
    }
}
