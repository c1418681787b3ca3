//! The VTY: a terminal session for people, driven by a program.
//!
//! The register echoes what is typed, then prints what it has to say (nothing on success, `% …` on failure), then a prompt.

use std::io;

use super::wire::{Failure, Wire};

/// Far above the banner and any complaint.
const OUTPUT_MAX: usize = 16 * 1024;

/// Telnet's "interpret as command".
const IAC: u8 = 0xFF;

pub(super) struct Vty {
    wire: Wire,
    /// The line that ends each answer, such as `OsmoHLR# `; the name in it is the register's configuration.
    prompt: Vec<u8>,
}

impl Vty {
    /// Connects, reads the banner and takes the rights to write (`enable`).
    pub(super) async fn connect(address: &str) -> Result<Self, Failure> {
        let mut wire = Wire::connect(address, OUTPUT_MAX).await?;
        let name = match wire.receive(parse_banner).await? {
            Banner::Prompt(name) => name,
            Banner::Password => {
                let problem = io::Error::other("the register's VTY asks for a password");
                return Err(Failure::NotSent(problem));
            }
        };
        let mut vty = Self { wire, prompt: [name.as_slice(), b"# "].concat() };
        match vty.command("enable").await?.as_str() {
            "" => Ok(vty),
            _ => Err(Failure::Garbled("no right to write on the VTY")),
        }
    }

    /// Types one line; what is printed between its echo and the next prompt, trimmed.
    pub(super) async fn command(&mut self, command: &str) -> Result<String, Failure> {
        // One line feed: after CR LF the register answers twice.
        self.wire.send(format!("{command}\n").as_bytes()).await?;
        let prompt = &self.prompt;
        self.wire.receive(|received| parse_answer(received, command, prompt)).await
    }
}

/// How the register's greeting ends.
#[derive(Debug)]
enum Banner {
    /// With the prompt `name> `.
    Prompt(Vec<u8>),
    /// With a question that nobody here answers.
    Password,
}

fn parse_banner(received: &[u8]) -> Result<Option<(Banner, usize)>, Failure> {
    let text = without_telnet(received);
    let last = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let banner = match last.strip_suffix(b"> ") {
        Some(name) if !name.is_empty() && name.iter().all(u8::is_ascii_graphic) => {
            Banner::Prompt(name.to_vec())
        }
        _ if last.ends_with(b"assword: ") => Banner::Password,
        _ => return Ok(None),
    };
    Ok(Some((banner, received.len())))
}

fn parse_answer(received: &[u8], command: &str, prompt: &[u8]) -> Result<Option<(String, usize)>, Failure> {
    let text = without_telnet(received);
    let echo = [command.as_bytes(), b"\r\n"].concat();
    let Some(output) = text.strip_prefix(echo.as_slice()) else {
        let is_incomplete = echo.starts_with(&text);
        return if is_incomplete { Ok(None) } else { Err(Failure::Garbled("no echo of the command")) };
    };
    let Some(output) = output.strip_suffix(prompt) else { return Ok(None) };
    if !output.is_empty() && !output.ends_with(b"\n") {
        // The prompt's text inside of a line is not the prompt.
        return Ok(None);
    }
    let output = std::str::from_utf8(output).map_err(|_| Failure::Garbled("output that is no text"))?;
    Ok(Some((output.trim().to_owned(), received.len())))
}

/// `received` without Telnet negotiation: IAC, WILL/WONT/DO/DONT and an option, or IAC and one other byte.
fn without_telnet(received: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(received.len());
    let mut bytes = received.iter();
    while let Some(byte) = bytes.next() {
        match *byte {
            IAC => {
                if matches!(bytes.next(), Some(0xFB..=0xFE)) {
                    bytes.next();
                }
            }
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROMPT: &[u8] = b"OsmoHLR# ";

    #[test]
    fn the_prompt_s_name_comes_from_the_banner_behind_telnet_negotiation() {
        let banner =
            b"Welcome to the <OsmoHLR> VTY\r\n\xff\xfb\x01\xff\xfb\x03\xff\xfe\"\xff\xfd\x1fhome-1> ";
        for cut in 0..banner.len() {
            assert!(matches!(parse_banner(&banner[..cut]), Ok(None)), "{cut}");
        }
        let Ok(Some((Banner::Prompt(name), taken))) = parse_banner(banner) else { panic!("no name") };
        assert_eq!((name.as_slice(), taken), (&b"home-1"[..], banner.len()));
        assert!(matches!(parse_banner(b"Welcome\r\n\r\nPassword: "), Ok(Some((Banner::Password, _)))));
    }

    #[test]
    fn silence_is_success_and_a_complaint_is_told() {
        let said = |received: &[u8]| parse_answer(received, "cmd x", PROMPT).unwrap().map(|(said, _)| said);
        assert_eq!(said(b"cmd x\r\nOsmoHLR# ").as_deref(), Some(""));
        assert_eq!(said(b"cmd x\r\n% Unknown command.\r\nOsmoHLR# ").as_deref(), Some("% Unknown command."));
    }

    #[test]
    fn half_an_answer_is_awaited_and_another_command_s_echo_is_not_taken() {
        let whole = b"cmd x\r\n% No\r\nOsmoHLR# ";
        for cut in 0..whole.len() {
            assert!(matches!(parse_answer(&whole[..cut], "cmd x", PROMPT), Ok(None)), "{cut}");
        }
        assert!(parse_answer(b"cmd y\r\nOsmoHLR# ", "cmd x", PROMPT).is_err());
        assert!(parse_answer(b"OsmoHLR# ", "cmd x", PROMPT).is_err());
        assert!(matches!(parse_answer(b"cmd x\r\nnot OsmoHLR# ", "cmd x", PROMPT), Ok(None)));
    }
}
