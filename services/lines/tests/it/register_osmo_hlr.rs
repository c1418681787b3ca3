//! The adapter for OsmoHLR, on a real one.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use vigie_lines::register::{Domains, Error, OsmoHlr, OsmoHlrOptions, Register, Session};
use vigie_testkit::{CnDomain, Cut, Direction, FakeMsc, Moment, Nam, OsmoHlr as Hlr, Proxy, free_port};

use crate::register_contract::{self, CALL_TIMEOUT, Laboratory};

const IMSI: &str = "208010000000001";
const NUMBER: &str = "+33600000001";
const SECOND: Duration = Duration::from_secs(1);

fn adapter(vty: SocketAddr, ctrl: SocketAddr) -> OsmoHlr {
    OsmoHlr::new(OsmoHlrOptions {
        vty: vty.to_string(),
        ctrl: ctrl.to_string(),
        call_timeout_ms: u64::try_from(CALL_TIMEOUT.as_millis()).unwrap(),
    })
}

fn domains(nam: Nam) -> Domains {
    Domains { cs: nam.cs, ps: nam.ps }
}

/// A register, the network in front of it, and the adapter behind that.
struct Bench {
    hlr: Hlr,
    proxy: Proxy,
}

impl Bench {
    fn start() -> Self {
        let hlr = Hlr::start().unwrap();
        let proxy = Proxy::start_many(&[hlr.vty(), hlr.ctrl()]).unwrap();
        Self { hlr, proxy }
    }

    /// With one subscriber.
    fn with_subscriber() -> Self {
        let bench = Self::start();
        bench.hlr.provision(IMSI, Some("33600000001")).unwrap();
        bench
    }

    fn adapter(&self) -> OsmoHlr {
        adapter(self.proxy.addresses()[0], self.proxy.addresses()[1])
    }

    async fn session(&self) -> Box<dyn Session> {
        self.adapter().connect().await.unwrap()
    }

    fn domains(&self) -> Domains {
        domains(self.hlr.nam(IMSI).unwrap().unwrap())
    }

    async fn wait_for(&self, wanted: Domains) {
        let began = Instant::now();
        while self.domains() != wanted {
            assert!(began.elapsed() < 10 * SECOND, "the register never came to {wanted:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Laboratory for Bench {
    fn register(&self) -> Arc<dyn Register> {
        Arc::new(self.adapter())
    }

    fn provision(&self, imsi: &str, msisdn: Option<&str>) {
        self.hlr.provision(imsi, msisdn.map(|number| number.trim_start_matches('+'))).unwrap();
    }

    fn truth(&self, imsi: &str) -> (Domains, Option<String>) {
        let number = self.hlr.msisdn(imsi).unwrap().map(|digits| format!("+{digits}"));
        (domains(self.hlr.nam(imsi).unwrap().unwrap()), number)
    }

    fn go_silent(&self) {
        self.proxy.black_hole();
    }

    fn go_slow(&self, delay: Duration) {
        self.proxy.delay(Direction::ToTarget, delay);
    }

    fn go_away(&self) {
        self.proxy.refuse();
        self.proxy.cut(Cut::Close);
    }

    fn heal(&self) {
        self.proxy.heal();
    }
}

#[tokio::test]
async fn keeps_the_contract() {
    register_contract::run(&Bench::start()).await;
}

#[tokio::test]
async fn an_attached_phone_is_dropped_from_both_domains() {
    let bench = Bench::with_subscriber();
    let mut session = bench.session().await;
    assert!(!session.read(IMSI).await.unwrap().unwrap().attached);
    let msc = FakeMsc::attach(bench.hlr.gsup(), "MSC-1").unwrap();
    let sgsn = FakeMsc::attach(bench.hlr.gsup(), "SGSN-1").unwrap();
    assert!(msc.update_location(IMSI, CnDomain::Cs).unwrap());
    assert!(session.read(IMSI).await.unwrap().unwrap().attached);
    assert!(sgsn.update_location(IMSI, CnDomain::Ps).unwrap());

    let asked = Instant::now();
    session.set_domains(IMSI, Domains::BARRED).await.unwrap();
    let dropped = msc.wait_for_deletion(IMSI, SECOND).unwrap();
    sgsn.wait_for_deletion(IMSI, SECOND).unwrap();
    assert!(
        dropped.at >= asked && dropped.at - asked < Duration::from_millis(200),
        "{:?}",
        dropped.at - asked
    );
    assert!(session.read(IMSI).await.unwrap().unwrap().domains.is_barred());
    assert!(!msc.update_location(IMSI, CnDomain::Cs).unwrap(), "a barred phone came back");

    session.set_domains(IMSI, Domains::OPEN).await.unwrap();
    assert!(msc.update_location(IMSI, CnDomain::Cs).unwrap());
}

#[tokio::test]
async fn a_flag_written_behind_our_back_costs_the_notice() {
    // The trap for whose sake domains are never written over CTRL.
    let bench = Bench::with_subscriber();
    let msc = FakeMsc::attach(bench.hlr.gsup(), "MSC-1").unwrap();
    assert!(msc.update_location(IMSI, CnDomain::Cs).unwrap());
    bench.hlr.set_nam_silently(IMSI, Nam { cs: false, ps: false }).unwrap();
    bench.session().await.set_domains(IMSI, Domains::BARRED).await.unwrap();
    assert!(msc.wait_for_deletion(IMSI, Duration::from_millis(100)).is_err());
}

#[tokio::test]
async fn a_wire_cut_before_the_command_changes_nothing_and_after_it_does() {
    for (moment, expected) in [(Moment::Before, Domains::OPEN), (Moment::After, Domains::BARRED)] {
        let bench = Bench::with_subscriber();
        let mut session = bench.session().await;
        bench.proxy.cut_at(Direction::ToTarget, b"network-access-mode none", moment);
        let error = session.set_domains(IMSI, Domains::BARRED).await.unwrap_err();
        assert!(matches!(error, Error::UnknownEffect { .. }), "{moment:?}: {error:?}");
        bench.proxy.wait_for_cuts(1, SECOND).unwrap();
        bench.wait_for(expected).await;
        assert!(matches!(session.ping().await, Err(Error::Unreachable { .. })));
    }
}

#[tokio::test]
async fn a_number_write_whose_answer_is_lost_has_landed() {
    let bench = Bench::with_subscriber();
    let mut session = bench.session().await;
    bench.proxy.cut_at(Direction::ToClient, b"SET_REPLY", Moment::Before);
    let error = session.set_number(IMSI, None).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    assert_eq!(bench.hlr.msisdn(IMSI).unwrap(), None);
}

#[tokio::test]
async fn garbage_in_place_of_an_answer() {
    let bench = Bench::with_subscriber();
    let (mut writer, mut numberer, mut reader) =
        (bench.session().await, bench.session().await, bench.session().await);
    bench.proxy.garble();
    let error = reader.read(IMSI).await.unwrap_err();
    assert!(matches!(error, Error::Garbled { .. }), "{error:?}");
    let error = writer.set_domains(IMSI, Domains::BARRED).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    let error = numberer.set_number(IMSI, None).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    assert_eq!(
        (bench.domains(), bench.hlr.msisdn(IMSI).unwrap()),
        (Domains::BARRED, None),
        "the writes did land"
    );
    assert!(bench.adapter().connect().await.is_err());
}

#[tokio::test]
async fn a_frozen_register_accepts_and_says_nothing_then_does_what_it_was_told() {
    let bench = Bench::with_subscriber();
    let mut session = bench.session().await;
    bench.hlr.stop().unwrap();
    let error = session.set_domains(IMSI, Domains::BARRED).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    drop(session);
    assert!(matches!(bench.adapter().connect().await, Err(Error::Unreachable { .. })));
    bench.hlr.cont().unwrap();
    bench.wait_for(Domains::BARRED).await;
}

#[tokio::test]
async fn a_killed_register_is_noticed_before_anything_is_sent_and_keeps_what_it_answered() {
    let bench = Bench::with_subscriber();
    let mut session = bench.session().await;
    session.set_domains(IMSI, Domains::BARRED).await.unwrap();
    bench.hlr.kill9().unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = session.set_domains(IMSI, Domains::OPEN).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(matches!(bench.adapter().connect().await, Err(Error::Unreachable { .. })));
    bench.hlr.restart().unwrap();
    assert_eq!(bench.session().await.read(IMSI).await.unwrap().unwrap().domains, Domains::BARRED);
}

/// Answers each connection with `greeting`, and each thing received with the next of `answers`.
fn impostor(greeting: &'static [u8], answers: &[&'static [u8]]) -> SocketAddr {
    let answers = answers.to_vec();
    let listener = TcpListener::bind(("127.0.0.1", free_port().unwrap())).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answers) = (stream.unwrap(), answers.clone());
            std::thread::spawn(move || {
                let mut buffer = [0; 2000];
                let _ = stream.write_all(greeting);
                for answer in answers {
                    if !matches!(stream.read(&mut buffer), Ok(count) if count > 0) {
                        return;
                    }
                    let _ = stream.write_all(answer);
                }
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    address
}

const PONG: &[u8] = &[0, 1, 0xFE, 1];

#[tokio::test]
async fn an_impostor_on_the_control_port() {
    let hlr = Hlr::start().unwrap();
    let answers: [(&str, &'static [&'static [u8]]); 7] = [
        ("half a frame", &[PONG, b"\x00\x30\xee\x00GET_REPLY 1 subscr"]),
        ("another protocol", &[PONG, b"\x00\x02\xff\x00x"]),
        ("a web server", &[PONG, b"HTTP/1.1 400 Bad Request\r\n\r\n"]),
        ("an answer to another question", &[PONG, b"\x00\x1d\xee\x00ERROR 9 No such subscriber.."]),
        (
            "an answer without flags",
            &[PONG, b"\x00\x36\xee\x00GET_REPLY 1 subscriber.by-imsi-208010000000001.info \nid\t1"],
        ),
        ("too much", &[PONG, &[0x10, 0, 0xEE, 0]]),
        ("silence", &[PONG]),
    ];
    for (what, answers) in answers {
        let mut session = adapter(hlr.vty(), impostor(b"", answers)).connect().await.unwrap();
        let began = Instant::now();
        let error = session.read(IMSI).await.unwrap_err();
        let is_silent = matches!(what, "half a frame" | "silence");
        match error {
            Error::Timeout(_) if is_silent => {}
            Error::Garbled { .. } if !is_silent => {}
            other => panic!("{what}: {other:?}"),
        }
        assert!(began.elapsed() < 2 * SECOND, "{what}");
        assert!(matches!(session.ping().await, Err(Error::Unreachable { .. })), "{what}");
    }
}

#[tokio::test]
async fn an_impostor_on_either_port_is_not_connected_to() {
    let hlr = Hlr::start().unwrap();
    for (what, vty, ctrl) in [
        ("no pong", hlr.vty(), impostor(b"", &[b"\x00\x01\xfe\x07"])),
        ("silence on CTRL", hlr.vty(), impostor(b"", &[])),
        ("silence on the VTY", impostor(b"", &[]), hlr.ctrl()),
        ("a password", impostor(b"Welcome\r\nPassword: ", &[]), hlr.ctrl()),
        ("endless greeting", impostor(&[b'x'; 40_000], &[]), hlr.ctrl()),
        ("no rights", impostor(b"OsmoHLR> ", &[b"enable\r\n% Access denied\r\nOsmoHLR# "]), hlr.ctrl()),
        ("ports swapped", hlr.ctrl(), hlr.vty()),
    ] {
        let began = Instant::now();
        assert!(adapter(vty, ctrl).connect().await.is_err(), "{what}");
        assert!(began.elapsed() < CALL_TIMEOUT + 2 * SECOND, "{what}");
    }
}

#[tokio::test]
async fn a_pretended_success_on_the_vty_is_found_out_by_reading() {
    let hlr = Hlr::start().unwrap();
    hlr.provision(IMSI, Some("33600000001")).unwrap();
    let echo = b"subscriber imsi 208010000000001 update network-access-mode none\r\nOsmoHLR# ";
    let vty = impostor(b"OsmoHLR> ", &[b"enable\r\nOsmoHLR# ", echo]);
    let mut session = adapter(vty, hlr.ctrl()).connect().await.unwrap();
    session.set_domains(IMSI, Domains::BARRED).await.unwrap();
    let found = session.read(IMSI).await.unwrap().unwrap();
    assert_eq!((found.domains, found.msisdn.as_deref()), (Domains::OPEN, Some(NUMBER)));
}

#[tokio::test]
async fn an_unexpected_word_on_the_vty_is_an_unknown_effect() {
    let hlr = Hlr::start().unwrap();
    let surprise =
        b"subscriber imsi 208010000000001 update network-access-mode none\r\nout of memory\r\nOsmoHLR# ";
    let vty = impostor(b"OsmoHLR> ", &[b"enable\r\nOsmoHLR# ", surprise]);
    let mut session = adapter(vty, hlr.ctrl()).connect().await.unwrap();
    let error = session.set_domains(IMSI, Domains::BARRED).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    assert!(matches!(session.ping().await, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn thousands_of_calls_on_one_session_never_wait_for_a_delayed_acknowledgement() {
    let bench = Bench::with_subscriber();
    let mut session = adapter(bench.hlr.vty(), bench.hlr.ctrl()).connect().await.unwrap();
    let mut times = Vec::new();
    for round in 0..500 {
        let wanted = if round % 2 == 0 { Domains::BARRED } else { Domains::OPEN };
        let began = Instant::now();
        session.set_domains(IMSI, wanted).await.unwrap();
        assert_eq!(session.read(IMSI).await.unwrap().unwrap().domains, wanted);
        times.push(began.elapsed());
    }
    times.sort();
    eprintln!(
        "write and read back: p50 {:?}, p99 {:?}",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
    assert!(times[times.len() / 2] < Duration::from_millis(20), "median {:?}", times[times.len() / 2]);
}
