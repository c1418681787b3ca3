//! What every register adapter promises, run for each of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vigie_lines::register::{Domains, Error, Register, Session};

pub(crate) const CALL_TIMEOUT: Duration = Duration::from_millis(300);
/// A call may end this much after its timeout: scheduling on a loaded machine.
const SLACK: Duration = Duration::from_millis(400);

const CS_ONLY: Domains = Domains { cs: true, ps: false };
const PS_ONLY: Domains = Domains { cs: false, ps: true };

/// An adapter, a register behind it, and a hand on both.
pub(crate) trait Laboratory {
    fn register(&self) -> Arc<dyn Register>;
    fn provision(&self, imsi: &str, msisdn: Option<&str>);
    /// What the register holds, found out without the adapter.
    fn truth(&self, imsi: &str) -> (Domains, Option<String>);
    /// Nothing is answered any more and nothing arrives.
    fn go_silent(&self);
    /// Whatever is sent from now on arrives so late.
    fn go_slow(&self, delay: Duration);
    /// Nobody can connect any more, and open connections are gone.
    fn go_away(&self);
    /// As at the beginning; sessions opened before may be lost.
    fn heal(&self);
}

/// The whole contract; each step with subscribers of its own, so that they can run in any order on one register.
pub(crate) async fn run(laboratory: &dyn Laboratory) {
    an_unknown_subscriber_is_told_from_a_failure(laboratory).await;
    bars_opens_and_reads_back_each_domain(laboratory).await;
    repeats_change_nothing(laboratory).await;
    a_number_is_freed_given_and_refused_when_taken(laboratory).await;
    what_is_no_identifier_is_never_sent(laboratory).await;
    silence_is_an_unknown_effect_for_a_write_and_no_knowledge_for_a_read(laboratory).await;
    a_write_given_up_lands_late(laboratory).await;
    a_register_that_is_gone_is_unreachable(laboratory).await;
    a_dropped_call_ends_the_session(laboratory).await;
}

async fn session(laboratory: &dyn Laboratory) -> Box<dyn Session> {
    laboratory.register().connect().await.unwrap()
}

async fn an_unknown_subscriber_is_told_from_a_failure(laboratory: &dyn Laboratory) {
    let mut session = session(laboratory).await;
    let unknown = "208019999999999";
    assert_eq!(session.read(unknown).await.unwrap(), None);
    assert!(matches!(session.set_domains(unknown, Domains::BARRED).await, Err(Error::NoSuchSubscriber)));
    assert!(matches!(session.set_number(unknown, Some("+33699999999")).await, Err(Error::NoSuchSubscriber)));
    assert!(matches!(session.set_number(unknown, None).await, Err(Error::NoSuchSubscriber)));
    session.ping().await.unwrap();
    assert_eq!(session.read(unknown).await.unwrap(), None);
}

async fn bars_opens_and_reads_back_each_domain(laboratory: &dyn Laboratory) {
    let (imsi, number) = ("208010000000011", "+33600000011");
    laboratory.provision(imsi, Some(number));
    let mut session = session(laboratory).await;
    let found = session.read(imsi).await.unwrap().unwrap();
    assert_eq!(
        (found.imsi.as_str(), found.msisdn.as_deref(), found.domains),
        (imsi, Some(number), Domains::OPEN)
    );
    for domains in [Domains::BARRED, CS_ONLY, PS_ONLY, Domains::OPEN, Domains::BARRED, Domains::OPEN] {
        session.set_domains(imsi, domains).await.unwrap();
        let found = session.read(imsi).await.unwrap().unwrap();
        assert_eq!((found.domains, found.msisdn.as_deref()), (domains, Some(number)));
        assert_eq!(laboratory.truth(imsi).0, domains);
    }
}

async fn repeats_change_nothing(laboratory: &dyn Laboratory) {
    let (imsi, number) = ("208010000000021", "+33600000021");
    laboratory.provision(imsi, Some(number));
    let mut session = session(laboratory).await;
    for _ in 0..3 {
        session.set_domains(imsi, Domains::BARRED).await.unwrap();
        session.set_number(imsi, Some(number)).await.unwrap();
        let found = session.read(imsi).await.unwrap().unwrap();
        assert_eq!((found.domains, found.msisdn.as_deref()), (Domains::BARRED, Some(number)));
    }
}

async fn a_number_is_freed_given_and_refused_when_taken(laboratory: &dyn Laboratory) {
    let (old, new, number) = ("208010000000031", "208010000000032", "+33600000031");
    laboratory.provision(old, Some(number));
    laboratory.provision(new, None);
    let mut session = session(laboratory).await;
    assert!(matches!(session.set_number(new, Some(number)).await, Err(Error::NumberTaken)));
    assert_eq!(laboratory.truth(new).1, None);
    assert_eq!(laboratory.truth(old).1.as_deref(), Some(number));
    session.set_number(old, None).await.unwrap();
    session.set_number(old, None).await.unwrap();
    assert_eq!(session.read(old).await.unwrap().unwrap().msisdn, None);
    session.set_number(new, Some(number)).await.unwrap();
    assert_eq!(session.read(new).await.unwrap().unwrap().msisdn.as_deref(), Some(number));
    assert_eq!(laboratory.truth(old).1, None);
}

async fn what_is_no_identifier_is_never_sent(laboratory: &dyn Laboratory) {
    let (imsi, number) = ("208010000000041", "+33600000041");
    laboratory.provision(imsi, Some(number));
    let mut session = session(laboratory).await;
    let smuggled = [
        "",
        "208010000000041 update network-access-mode none",
        "208010000000041\nsubscriber imsi 208010000000041 delete",
        "208010000000041\0",
        "208010000000041.msisdn none",
    ];
    for bad in smuggled {
        assert!(matches!(session.set_domains(bad, Domains::BARRED).await, Err(Error::Refused(_))), "{bad:?}");
        assert!(matches!(session.read(bad).await, Err(Error::Refused(_))), "{bad:?}");
        assert!(matches!(session.set_number(bad, None).await, Err(Error::Refused(_))), "{bad:?}");
        assert!(matches!(session.set_number(imsi, Some(bad)).await, Err(Error::Refused(_))), "{bad:?}");
    }
    assert!(matches!(session.set_number(imsi, Some("none")).await, Err(Error::Refused(_))));
    assert_eq!(laboratory.truth(imsi), (Domains::OPEN, Some(number.to_owned())));
    session.ping().await.unwrap();
}

async fn silence_is_an_unknown_effect_for_a_write_and_no_knowledge_for_a_read(laboratory: &dyn Laboratory) {
    let imsi = "208010000000051";
    laboratory.provision(imsi, None);
    let (mut writer, mut numberer, mut reader) =
        (session(laboratory).await, session(laboratory).await, session(laboratory).await);
    laboratory.go_silent();
    let began = Instant::now();
    let error = writer.set_domains(imsi, Domains::BARRED).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    assert!(
        began.elapsed() >= CALL_TIMEOUT && began.elapsed() < CALL_TIMEOUT + SLACK,
        "{:?}",
        began.elapsed()
    );
    let error = numberer.set_number(imsi, Some("+33600000051")).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    let error = reader.read(imsi).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    let began = Instant::now();
    assert!(matches!(laboratory.register().connect().await, Err(Error::Unreachable { .. })));
    assert!(began.elapsed() < CALL_TIMEOUT + SLACK, "{:?}", began.elapsed());
    laboratory.heal();
    for spent in [&mut writer, &mut numberer, &mut reader] {
        assert_is_spent(spent, imsi).await;
    }
    assert_eq!(laboratory.truth(imsi), (Domains::OPEN, None));
    session(laboratory).await.set_domains(imsi, Domains::BARRED).await.unwrap();
}

async fn a_write_given_up_lands_late(laboratory: &dyn Laboratory) {
    let imsi = "208010000000061";
    laboratory.provision(imsi, None);
    let mut late = session(laboratory).await;
    laboratory.go_slow(CALL_TIMEOUT * 3);
    let began = Instant::now();
    let error = late.set_domains(imsi, Domains::BARRED).await.unwrap_err();
    assert!(matches!(error, Error::UnknownEffect { .. }), "{error:?}");
    assert_is_spent(&mut late, imsi).await;
    drop(late);
    laboratory.heal();
    assert_eq!(laboratory.truth(imsi).0, Domains::OPEN, "landed before it was given up");
    while laboratory.truth(imsi).0 != Domains::BARRED {
        assert!(began.elapsed() < Duration::from_secs(10), "the write never landed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(began.elapsed() >= CALL_TIMEOUT * 2, "landed after {:?}", began.elapsed());
}

async fn a_register_that_is_gone_is_unreachable(laboratory: &dyn Laboratory) {
    let imsi = "208010000000071";
    laboratory.provision(imsi, None);
    let mut open = session(laboratory).await;
    laboratory.go_away();
    // What the connection's end looks like needs a moment to arrive.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = open.set_domains(imsi, Domains::BARRED).await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}: nothing needed to be sent");
    assert!(matches!(laboratory.register().connect().await, Err(Error::Unreachable { .. })));
    laboratory.heal();
    assert_is_spent(&mut open, imsi).await;
    assert_eq!(laboratory.truth(imsi).0, Domains::OPEN);
    session(laboratory).await.ping().await.unwrap();
}

async fn a_dropped_call_ends_the_session(laboratory: &dyn Laboratory) {
    let imsi = "208010000000081";
    laboratory.provision(imsi, None);
    let mut dropped = session(laboratory).await;
    laboratory.go_silent();
    let call = dropped.set_domains(imsi, Domains::BARRED);
    assert!(tokio::time::timeout(Duration::from_millis(20), call).await.is_err());
    laboratory.heal();
    assert_is_spent(&mut dropped, imsi).await;
}

async fn assert_is_spent(session: &mut Box<dyn Session>, imsi: &str) {
    let began = Instant::now();
    assert!(matches!(session.read(imsi).await, Err(Error::Unreachable { .. })));
    assert!(matches!(session.set_domains(imsi, Domains::OPEN).await, Err(Error::Unreachable { .. })));
    assert!(matches!(session.ping().await, Err(Error::Unreachable { .. })));
    assert!(began.elapsed() < CALL_TIMEOUT / 2, "waited for a session that had ended");
}
