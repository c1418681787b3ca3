use std::time::{Duration, Instant};

use vigie_testkit::{CnDomain, FakeMsc, Nam, OsmoHlr};

const OPEN: Nam = Nam { cs: true, ps: true };
const BARRED: Nam = Nam { cs: false, ps: false };

#[test]
fn subscribers_survive_a_kill_and_registers_do_not_meet() {
    let (hlr, other) = (OsmoHlr::start().unwrap(), OsmoHlr::start().unwrap());
    assert_ne!(hlr.ctrl(), other.ctrl());
    hlr.provision("208010000000001", Some("33600000001")).unwrap();
    assert!(hlr.provision("208010000000001", None).is_err(), "created twice");
    hlr.set_nam_silently("208010000000001", BARRED).unwrap();
    hlr.kill9().unwrap();
    assert!(hlr.nam("208010000000001").is_err());
    hlr.restart().unwrap();
    assert_eq!(hlr.nam("208010000000001").unwrap(), Some(BARRED));
    assert_eq!(hlr.msisdn("208010000000001").unwrap().as_deref(), Some("33600000001"));
    assert_eq!(hlr.nam("208010000000002").unwrap(), None);
    assert_eq!(other.nam("208010000000001").unwrap(), None);
}

#[test]
fn many_subscribers_come_quickly() {
    let hlr = OsmoHlr::start().unwrap();
    let start = Instant::now();
    let subscribers = (0..20_000).map(|i| (format!("20801{i:010}"), format!("33600{i:06}")));
    hlr.provision_many(subscribers).unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(hlr.nam("208010000019999").unwrap(), Some(OPEN));
    assert_eq!(hlr.msisdn("208010000019999").unwrap().as_deref(), Some("33600019999"));
}

#[test]
fn an_attached_phone_is_known_to_the_register() {
    let hlr = OsmoHlr::start().unwrap();
    hlr.provision("208010000000001", Some("33600000001")).unwrap();
    hlr.provision("208010000000002", Some("33600000002")).unwrap();
    hlr.set_nam_silently("208010000000002", BARRED).unwrap();
    let msc = FakeMsc::attach(hlr.gsup(), "MSC-1").unwrap();
    assert!(msc.update_location("208010000000001", CnDomain::Cs).unwrap());
    assert!(!msc.update_location("208010000000002", CnDomain::Cs).unwrap(), "a barred phone was let in");
    let info = hlr.info("208010000000001").unwrap().unwrap();
    assert!(info.contains("vlr_number\tMSC-1"), "{info}");
    assert!(msc.deletions().is_empty());
}
