//! IPA framing, which both the control interface and GSUP ride on: `[u16 length][protocol][body]`.

use std::io::{self, Read, Write};

/// Connection management: ping, pong, identity.
pub(crate) const CCM: u8 = 0xFE;
/// Osmocom extensions; the body's first byte says which.
pub(crate) const OSMO: u8 = 0xEE;
/// Extension byte of the control interface.
pub(crate) const OSMO_CTRL: u8 = 0x00;
/// Extension byte of GSUP.
pub(crate) const OSMO_GSUP: u8 = 0x05;

/// Writes a frame in one piece.
pub(crate) fn write_frame(stream: &mut impl Write, protocol: u8, body: &[u8]) -> io::Result<()> {
    let length = u16::try_from(body.len()).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let mut frame = Vec::with_capacity(body.len() + 3);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.push(protocol);
    frame.extend_from_slice(body);
    stream.write_all(&frame)
}

/// Reads a frame: its protocol and body.
pub(crate) fn read_frame(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut header = [0; 3];
    stream.read_exact(&mut header)?;
    let [high, low, protocol] = header;
    let mut body = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    stream.read_exact(&mut body)?;
    Ok((protocol, body))
}
