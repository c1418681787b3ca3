use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use vigie_testkit::{Cut, Direction, Moment, Proxy, free_port};

/// Sends back what it gets, and tells at the end what that was.
fn echo() -> (SocketAddr, std::sync::mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind(("127.0.0.1", free_port().unwrap())).unwrap();
    let address = listener.local_addr().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, send) = (stream.unwrap(), send.clone());
            std::thread::spawn(move || {
                let (mut all, mut buffer) = (Vec::new(), [0; 1000]);
                while let Ok(count) = stream.read(&mut buffer) {
                    if count == 0 {
                        break;
                    }
                    all.extend_from_slice(&buffer[..count]);
                    let _ = stream.write_all(&buffer[..count]);
                }
                let _ = send.send(all);
            });
        }
    });
    (address, receive)
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

fn exchange(stream: &mut TcpStream, text: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(text)?;
    let mut answer = vec![0; text.len()];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

#[test]
fn forwards_and_reports_its_connections() {
    let (target, received) = echo();
    let proxy = Proxy::start_many(&[target, target]).unwrap();
    let mut one = connect(&proxy);
    let mut other = TcpStream::connect(proxy.addresses()[1]).unwrap();
    assert_eq!(exchange(&mut one, b"hello").unwrap(), b"hello");
    assert_eq!(exchange(&mut other, b"world").unwrap(), b"world");
    assert_eq!((proxy.open_connections(), proxy.accepted_connections()), (2, 2));
    drop(one);
    assert_eq!(received.recv_timeout(Duration::from_secs(5)).unwrap(), b"hello");
}

#[test]
fn delays_one_direction_and_still_delivers_after_the_sender_hung_up() {
    let (target, received) = echo();
    let proxy = Proxy::start(target).unwrap();
    proxy.delay(Direction::ToTarget, Duration::from_millis(300));
    let mut stream = connect(&proxy);
    let sent = Instant::now();
    stream.write_all(b"late").unwrap();
    drop(stream);
    assert_eq!(received.recv_timeout(Duration::from_secs(5)).unwrap(), b"late");
    assert!(sent.elapsed() >= Duration::from_millis(300));
    proxy.heal();
    let mut stream = connect(&proxy);
    let sent = Instant::now();
    exchange(&mut stream, b"prompt").unwrap();
    assert!(sent.elapsed() < Duration::from_millis(250));
}

#[test]
fn a_black_hole_accepts_and_never_answers() {
    let (target, received) = echo();
    let proxy = Proxy::start(target).unwrap();
    let mut before = connect(&proxy);
    exchange(&mut before, b"a").unwrap();
    proxy.black_hole();
    let mut after = connect(&proxy);
    for stream in [&mut before, &mut after] {
        stream.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
        let error = exchange(stream, b"lost").unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    }
    proxy.heal();
    assert!(exchange(&mut before, b"lost for good").is_err());
    assert_eq!(exchange(&mut connect(&proxy), b"new").unwrap(), b"new");
    assert_eq!(received.recv_timeout(Duration::from_secs(5)).unwrap(), b"new");
}

#[test]
fn cuts_by_reset_and_by_close() {
    let (target, _received) = echo();
    let proxy = Proxy::start(target).unwrap();
    let mut stream = connect(&proxy);
    exchange(&mut stream, b"a").unwrap();
    proxy.cut(Cut::Reset);
    assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    let mut stream = connect(&proxy);
    exchange(&mut stream, b"a").unwrap();
    proxy.cut(Cut::Close);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}

#[test]
fn refuses_new_connections_only() {
    let (target, _received) = echo();
    let proxy = Proxy::start(target).unwrap();
    let mut old = connect(&proxy);
    exchange(&mut old, b"a").unwrap();
    proxy.refuse();
    assert!(exchange(&mut connect(&proxy), b"b").is_err());
    exchange(&mut old, b"c").unwrap();
}

#[test]
fn cuts_after_exactly_so_many_bytes() {
    let (target, received) = echo();
    let proxy = Proxy::start(target).unwrap();
    let mut stream = connect(&proxy);
    proxy.cut_after_bytes(Direction::ToTarget, 5);
    let _ = stream.write_all(b"abc");
    std::thread::sleep(Duration::from_millis(50));
    let _ = stream.write_all(b"defg");
    assert_eq!(received.recv_timeout(Duration::from_secs(5)).unwrap(), b"abcde");
    proxy.wait_for_cuts(1, Duration::from_secs(5)).unwrap();
    assert_eq!(exchange(&mut connect(&proxy), b"after").unwrap(), b"after");
}

#[test]
fn cuts_before_or_after_a_pattern_even_when_it_comes_in_pieces() {
    for (moment, expected) in [(Moment::Before, &b"BEGIN;CO"[..]), (Moment::After, b"BEGIN;COMMIT;")] {
        let (target, received) = echo();
        let proxy = Proxy::start(target).unwrap();
        proxy.cut_at(Direction::ToTarget, b"COMMIT", moment);
        let mut stream = connect(&proxy);
        let _ = exchange(&mut stream, b"BEGIN;CO");
        let _ = stream.write_all(b"MMIT;");
        assert_eq!(received.recv_timeout(Duration::from_secs(5)).unwrap(), expected, "{moment:?}");
    }
}

#[test]
fn garbles_answers() {
    let (target, received) = echo();
    let proxy = Proxy::start(target).unwrap();
    proxy.garble();
    let mut stream = connect(&proxy);
    assert_eq!(exchange(&mut stream, &[0x00, 0xF0]).unwrap(), [0xFF, 0x0F]);
    drop(stream);
    assert_eq!(received.recv_timeout(Duration::from_secs(5)).unwrap(), [0x00, 0xF0]);
}
