//! The control interface: numbered GET and SET in IPA frames, `[u16 length][0xEE][0x00][text]`, length = 1 + text.

use super::wire::{Failure, Wire};

const CONNECTION_MANAGEMENT: u8 = 0xFE;
const OSMO: u8 = 0xEE;
const OSMO_CTRL: u8 = 0x00;
const PING: &[u8] = &[0, 1, CONNECTION_MANAGEMENT, 0x00];
const PONG: &[u8] = &[0, 1, CONNECTION_MANAGEMENT, 0x01];
/// The register's own bound is 1,200 bytes; more than this is something else talking.
const FRAME_MAX: usize = 4096;
/// Notices (TRAP) and pings that may stand before an answer.
const ASIDES_MAX: usize = 32;

/// What the register answered: a value, or its words for no.
pub(super) type Answer = Result<String, String>;

pub(super) struct Ctrl {
    wire: Wire,
    last_id: u32,
}

enum Frame {
    Text(String),
    Ping,
    Pong,
}

impl Ctrl {
    /// Connects and makes sure that somebody answers who speaks this protocol.
    pub(super) async fn connect(address: &str) -> Result<Self, Failure> {
        let mut ctrl = Self { wire: Wire::connect(address, FRAME_MAX).await?, last_id: 0 };
        ctrl.ping().await?;
        Ok(ctrl)
    }

    pub(super) async fn get(&mut self, variable: &str) -> Result<Answer, Failure> {
        self.exchange("GET", variable, None).await
    }

    pub(super) async fn set(&mut self, variable: &str, value: &str) -> Result<Answer, Failure> {
        self.exchange("SET", variable, Some(value)).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), Failure> {
        self.wire.send(PING).await?;
        for _ in 0..ASIDES_MAX {
            match self.frame().await? {
                Frame::Pong => return Ok(()),
                Frame::Ping => self.wire.reply(PONG).await?,
                Frame::Text(text) if text.starts_with("TRAP ") => {}
                Frame::Text(_) => return Err(Failure::Garbled("text in place of a pong")),
            }
        }
        Err(Failure::Garbled("no pong among many frames"))
    }

    async fn exchange(&mut self, verb: &str, variable: &str, value: Option<&str>) -> Result<Answer, Failure> {
        self.last_id = self.last_id.wrapping_add(1);
        let id = self.last_id.to_string();
        let request = match value {
            Some(value) => format!("{verb} {id} {variable} {value}"),
            None => format!("{verb} {id} {variable}"),
        };
        self.wire.send(&framed(&request)?).await?;
        for _ in 0..ASIDES_MAX {
            match self.frame().await? {
                Frame::Text(text) if text.starts_with("TRAP ") => {}
                Frame::Text(text) => return answer_to(verb, &id, variable, &text),
                Frame::Ping => self.wire.reply(PONG).await?,
                Frame::Pong => return Err(Failure::Garbled("a pong in place of an answer")),
            }
        }
        Err(Failure::Garbled("no answer among many frames"))
    }

    async fn frame(&mut self) -> Result<Frame, Failure> {
        self.wire.receive(parse_frame).await
    }
}

fn framed(text: &str) -> Result<Vec<u8>, Failure> {
    let length = u16::try_from(text.len() + 1).map_err(|_| Failure::Garbled("a request that is too long"))?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(&[OSMO, OSMO_CTRL]);
    frame.extend_from_slice(text.as_bytes());
    Ok(frame)
}

fn parse_frame(received: &[u8]) -> Result<Option<(Frame, usize)>, Failure> {
    let [high, low, protocol, rest @ ..] = received else { return Ok(None) };
    if ![CONNECTION_MANAGEMENT, OSMO].contains(protocol) {
        return Err(Failure::Garbled("a frame of another protocol"));
    }
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    if length > FRAME_MAX - 3 {
        return Err(Failure::Garbled("a frame that is too long"));
    }
    let Some(body) = rest.get(..length) else { return Ok(None) };
    let frame = match (*protocol, body) {
        (CONNECTION_MANAGEMENT, [0x00]) => Frame::Ping,
        (CONNECTION_MANAGEMENT, [0x01]) => Frame::Pong,
        (OSMO, [OSMO_CTRL, text @ ..]) => {
            let text = std::str::from_utf8(text).map_err(|_| Failure::Garbled("a frame that is no text"))?;
            Frame::Text(text.to_owned())
        }
        _ => return Err(Failure::Garbled("a frame of another kind")),
    };
    Ok(Some((frame, length + 3)))
}

/// `GET_REPLY id variable value`, `SET_REPLY id variable value` or `ERROR id words`. An answer to another question means
/// that the conversation is out of step.
fn answer_to(verb: &str, id: &str, variable: &str, text: &str) -> Result<Answer, Failure> {
    let out_of_step = Failure::Garbled("an answer to another question");
    let (kind, rest) = text.split_once(' ').ok_or(Failure::Garbled("an answer without a number"))?;
    let (answered, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    if answered != id {
        return Err(out_of_step);
    }
    match kind {
        "ERROR" => Ok(Err(rest.to_owned())),
        _ if kind.strip_suffix("_REPLY") == Some(verb) => {
            let value = rest.strip_prefix(variable).ok_or(out_of_step)?;
            Ok(Ok(value.strip_prefix(' ').unwrap_or(value).to_owned()))
        }
        _ => Err(out_of_step),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_whole_or_not_at_all() {
        let frame = framed("ERROR 1 No such subscriber.").unwrap();
        for cut in 0..frame.len() {
            assert!(matches!(parse_frame(&frame[..cut]), Ok(None)), "{cut}");
        }
        let Ok(Some((Frame::Text(text), taken))) = parse_frame(&frame) else { panic!("no text") };
        assert_eq!((text.as_str(), taken), ("ERROR 1 No such subscriber.", frame.len()));
    }

    #[test]
    fn refuses_other_protocols_lengths_and_bytes() {
        for bad in [
            &[0, 1, 0xFF, 0][..],
            b"HTTP/1.1",
            &[0xFF, 0xFF, 0xEE, 0],
            &[0, 2, 0xEE, 0x05, 1],
            &[0, 2, 0xEE, 0, 0xFF],
        ] {
            assert!(parse_frame(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_answer_must_be_to_this_question() {
        assert_eq!(answer_to("GET", "7", "a.b", "GET_REPLY 7 a.b 1 2").unwrap(), Ok("1 2".to_owned()));
        assert_eq!(
            answer_to("SET", "7", "a.b", "ERROR 7 Update MSISDN failed").unwrap(),
            Err("Update MSISDN failed".to_owned())
        );
        for other in [
            "GET_REPLY 6 a.b 1",
            "SET_REPLY 7 a.b 1",
            "GET_REPLY 7 a.c 1",
            "ERROR 6 no",
            "ERROR err no",
            "ERROR",
            "",
        ] {
            assert!(answer_to("GET", "7", "a.b", other).is_err(), "{other}");
        }
    }
}
