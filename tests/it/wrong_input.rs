//! What callers get wrong, and what a register gets wrong: a clear error, a stable reason, nothing changed.

use std::time::Duration;

use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;
use vigie_acceptance::{Door, Fleet, Kind, Person, Scene, Stage, entry, eventually, machine, reason_of};
use vigie_clock::{Ids, SystemIds};
use vigie_proto::lines::line_ref::Line as By;
use vigie_proto::lines::{
    ActState, Evidence, ExternalIdentifier, HandsetRecovery, LineEntry, LineRef, ListLinesRequest, OnBehalf,
    RegisterLineRequest, ReinstateLineRequest, SuspendLineRequest, SuspensionReason,
};
use vigie_testkit::Nam;

const IN_TIME: Duration = Duration::from_secs(10);

/// A system with one line, and what must not change.
struct House {
    scene: Scene,
    channel: Channel,
    manager: Person,
}

impl House {
    async fn open() -> Self {
        let scene = Scene::open(Fleet::new(Stage::new(Kind::Embedded), 1), 1).await;
        let endpoint = scene.fleet().system(0).unwrap().endpoint().to_owned();
        let manager = Person::manager(scene.fleet().stage().account());
        Self { scene, channel: Channel::from_shared(endpoint).unwrap().connect_lazy(), manager }
    }

    fn with_token(&self, token: &str) -> Door {
        Door::through(self.channel.clone(), token)
    }

    fn manager(&self) -> Door {
        self.scene.door(&self.manager)
    }

    fn operator(&self) -> Door {
        self.scene.operator()
    }

    fn suspension(&self) -> SuspendLineRequest {
        SuspendLineRequest {
            request_id: SystemIds.next().to_string(),
            line: Some(by_id(self.scene.lines()[0].line_id)),
            reason: SuspensionReason::Theft.into(),
            on_behalf: None,
            ..Default::default()
        }
    }

    fn registration(&self) -> RegisterLineRequest {
        let line = entry(2, self.scene.fleet().stage().account());
        RegisterLineRequest { request_id: SystemIds.next().to_string(), line: Some(line) }
    }

    async fn head(&self) -> i64 {
        self.scene.record().await.head().position
    }
}

fn by_id(line_id: Uuid) -> LineRef {
    LineRef { line: Some(By::LineId(line_id.to_string())) }
}

async fn suspend(door: &Door, message: SuspendLineRequest) -> Result<(), Status> {
    door.lines().suspend_line(door.request(message, IN_TIME)).await.map(drop)
}

async fn register(door: &Door, message: RegisterLineRequest) -> Result<(), Status> {
    door.lines().register_line(door.request(message, IN_TIME)).await.map(drop)
}

/// Refused with that code and reason, by us, with a sentence.
#[track_caller]
fn assert_refused(result: Result<(), Status>, code: Code, reason: &str) {
    let status = result.expect_err("it was taken");
    assert_eq!((status.code(), reason_of(&status).as_str()), (code, reason), "{status:?}");
    assert_eq!(status.get_details_error_info().unwrap().domain, "vigie");
    assert!(!status.message().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_do_not_count() {
    let house = House::open().await;
    let stage = house.scene.fleet().stage();
    let head = house.head().await;
    let suspend_with = async |token: &str| suspend(&house.with_token(token), house.suspension()).await;

    let without = house.scene.fleet().stage().mint(&house.manager.grant());
    let (_, rest) = without.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    assert_refused(suspend_with(&unsigned).await, Code::Unauthenticated, "TOKEN_INVALID");
    let header = without.split('.').next().unwrap();
    assert_refused(
        suspend_with(&format!("{header}.{claims}.")).await,
        Code::Unauthenticated,
        "TOKEN_INVALID",
    );
    let forged = format!("{header}.{}.{signature}", claims.replacen('J', "K", 1));
    assert_refused(suspend_with(&forged).await, Code::Unauthenticated, "TOKEN_INVALID");

    let elsewhere =
        vigie_chassis::identity::dev::Grant { audience: "billing".into(), ..house.manager.grant() };
    assert_refused(suspend_with(&stage.mint(&elsewhere)).await, Code::Unauthenticated, "WRONG_AUDIENCE");

    let brief = stage.mint(&house.manager.grant().ttl(Duration::from_secs(1)));
    // A second, and the five by which clocks may differ.
    tokio::time::sleep(Duration::from_millis(7_200)).await;
    assert_refused(suspend_with(&brief).await, Code::Unauthenticated, "TOKEN_EXPIRED");

    assert_eq!(house.head().await, head, "nothing changed");
    suspend(&house.manager(), house.suspension()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_without_the_right() {
    let house = House::open().await;
    let head = house.head().await;
    let stranger = Person { subject: "stranger".into(), ..Person::manager(SystemIds.next()) };
    let foreign = suspend(&house.scene.door(&stranger), house.suspension()).await;
    assert_refused(foreign, Code::NotFound, "LINE_NOT_FOUND");
    let unknown = SuspendLineRequest { line: Some(by_id(SystemIds.next())), ..house.suspension() };
    assert_refused(suspend(&house.manager(), unknown).await, Code::NotFound, "LINE_NOT_FOUND");
    let by_nobody = SuspendLineRequest { line: Some(LineRef { line: None }), ..house.suspension() };
    assert_refused(suspend(&house.manager(), by_nobody).await, Code::InvalidArgument, "INVALID_ARGUMENT");
    let auditor = house.scene.door(&Person::staff("auditor"));
    assert_refused(suspend(&auditor, house.suspension()).await, Code::PermissionDenied, "PERMISSION_DENIED");
    assert_refused(
        register(&house.manager(), house.registration()).await,
        Code::PermissionDenied,
        "PERMISSION_DENIED",
    );
    assert_eq!(house.head().await, head, "nothing changed");

    // The same answer for a foreign line and for one that never was: nobody learns which numbers are ours.
    let foreign = suspend(&house.scene.door(&stranger), house.suspension()).await.unwrap_err();
    let never = SuspendLineRequest { line: Some(by_id(SystemIds.next())), ..house.suspension() };
    let never = suspend(&house.scene.door(&stranger), never).await.unwrap_err();
    assert_eq!((foreign.message(), foreign.details()), (never.message(), never.details()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_theft_is_not_lifted_without_step_up_or_handset() {
    let house = House::open().await;
    suspend(&house.manager(), house.suspension()).await.unwrap();
    eventually("the theft is confirmed", IN_TIME, async || {
        let line_id = house.scene.lines()[0].line_id.to_string();
        house.manager().line(&line_id).await.unwrap().evidence() == Evidence::Simulated
    })
    .await;
    let head = house.head().await;
    let reinstate = async |door: &Door, handset_recovery| {
        let message = ReinstateLineRequest {
            request_id: SystemIds.next().to_string(),
            line: Some(by_id(house.scene.lines()[0].line_id)),
            reason: SuspensionReason::Theft.into(),
            on_behalf: None,
            handset_recovery,
            ..Default::default()
        };
        door.lines().reinstate_line(door.request(message, IN_TIME)).await.map(drop)
    };
    let weak = Person { subject: "weak".into(), step_up: false, ..house.manager.clone() };
    assert_refused(
        reinstate(&house.scene.door(&weak), None).await,
        Code::PermissionDenied,
        "STEP_UP_REQUIRED",
    );
    assert_refused(
        reinstate(&house.manager(), None).await,
        Code::FailedPrecondition,
        "HANDSET_RECOVERY_REQUIRED",
    );
    let before_the_theft = HandsetRecovery {
        attested_by: "manager".into(),
        recovered_at: Some(prost_types::Timestamp::default()),
    };
    assert_refused(
        reinstate(&house.manager(), Some(before_the_theft)).await,
        Code::FailedPrecondition,
        "HANDSET_RECOVERY_REQUIRED",
    );
    assert_eq!(house.head().await, head, "nothing changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_are_wrong() {
    let house = House::open().await;
    let head = house.head().await;
    let manager = house.manager();

    let huge = OnBehalf { person_id: "x".repeat(2 << 20), caller_checks: vec!["code".into()] };
    let oversized = SuspendLineRequest { on_behalf: Some(huge), ..house.suspension() };
    assert_refused(suspend(&manager, oversized).await, Code::InvalidArgument, "TOO_LARGE");

    for number in [0, 99, -1] {
        let unknown = SuspendLineRequest { reason: number, ..house.suspension() };
        assert_refused(suspend(&manager, unknown).await, Code::InvalidArgument, "UNKNOWN_REASON");
    }
    for (msisdn, reason) in
        [("0612345678", "MALFORMED_NUMBER"), ("", "MALFORMED_NUMBER"), ("+33x", "MALFORMED_NUMBER")]
    {
        let line = Some(LineRef { line: Some(By::Msisdn(msisdn.into())) });
        let malformed = SuspendLineRequest { line, ..house.suspension() };
        assert_refused(suspend(&manager, malformed).await, Code::InvalidArgument, reason);
    }
    let nameless = SuspendLineRequest { request_id: String::new(), ..house.suspension() };
    assert_refused(suspend(&manager, nameless).await, Code::InvalidArgument, "REQUEST_ID_REQUIRED");
    let misnamed = SuspendLineRequest { request_id: "7".into(), ..house.suspension() };
    assert_refused(suspend(&manager, misnamed).await, Code::InvalidArgument, "MALFORMED_ID");

    for page_token in ["nonsense", "AAAA", "é"] {
        let message = ListLinesRequest { page_token: page_token.into(), ..Default::default() };
        let listed = manager.lines().list_lines(manager.request(message, IN_TIME)).await.map(drop);
        assert_refused(listed, Code::InvalidArgument, "BAD_PAGE_TOKEN");
    }
    assert_eq!(house.head().await, head, "nothing changed");
}

/// tonic's own client would not send a request whose deadline is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_that_is_over() {
    let house = House::open().await;
    let head = house.head().await;
    let manager = house.manager();
    for timeout in ["0m", "1n"] {
        let mut request = manager.request_without_deadline(house.suspension());
        request.metadata_mut().insert("grpc-timeout", timeout.parse().unwrap());
        let status = manager.lines().suspend_line(request).await.unwrap_err();
        // Whoever looks at the clock first: the server, or the client on this side.
        assert!(matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled), "{status:?}");
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(house.head().await, head, "nothing changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u0000_in_any_string() {
    let house = House::open().await;
    let head = house.head().await;
    let zero = |text: &str| format!("{text}\0");

    let set: [fn(&mut SuspendLineRequest, String); 5] = [
        |message, text| message.request_id = text,
        |message, text| message.line = Some(LineRef { line: Some(By::LineId(text)) }),
        |message, text| message.line = Some(LineRef { line: Some(By::Msisdn(text)) }),
        |message, text| {
            message.on_behalf =
                Some(OnBehalf { person_id: text, caller_checks: vec!["customer code".into()] });
        },
        |message, text| {
            message.on_behalf = Some(OnBehalf { person_id: "marc".into(), caller_checks: vec![text] });
        },
    ];
    for (field, set) in set.into_iter().enumerate() {
        let mut message = house.suspension();
        let before = [message.request_id.clone(), house.scene.lines()[0].line_id.to_string()];
        let text = [before[0].as_str(), before[1].as_str(), "+33639980001", "marc", "customer code"][field];
        set(&mut message, zero(text));
        let advisor = house.scene.door(&Person::staff("advisor"));
        assert_refused(suspend(&advisor, message).await, Code::InvalidArgument, "ILLEGAL_CHARACTER");
    }

    let set: [fn(&mut LineEntry, String); 11] = [
        |line, text| line.account_id = text,
        |line, text| line.msisdn = text,
        |line, text| line.imsi = text,
        |line, text| line.iccid = text,
        |line, text| line.account_holder = text,
        |line, text| line.user_id = text,
        |line, text| line.cost_centre = text,
        |line, text| line.site = text,
        |line, text| line.external_identifiers[0].owner = text,
        |line, text| line.external_identifiers[0].r#type = text,
        |line, text| line.external_identifiers[0].id = text,
    ];
    for (field, set) in set.into_iter().enumerate() {
        let mut message = house.registration();
        let line = message.line.as_mut().unwrap();
        line.external_identifiers =
            vec![ExternalIdentifier { owner: "crm".into(), r#type: "subscription".into(), id: "1".into() }];
        let text = [line.account_id.clone(), line.msisdn.clone(), line.imsi.clone(), line.iccid.clone()];
        let text = text.get(field).cloned().unwrap_or_else(|| "73282932000074".into());
        set(line, zero(&text));
        assert_refused(
            register(&house.operator(), message).await,
            Code::InvalidArgument,
            "ILLEGAL_CHARACTER",
        );
    }
    let message =
        RegisterLineRequest { request_id: zero(&SystemIds.next().to_string()), ..house.registration() };
    assert_refused(register(&house.operator(), message).await, Code::InvalidArgument, "ILLEGAL_CHARACTER");
    assert_eq!(house.head().await, head, "nothing changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_id_for_two_requests() {
    let house = House::open().await;
    let first = house.suspension();
    suspend(&house.manager(), first.clone()).await.unwrap();
    suspend(&house.manager(), first.clone()).await.unwrap();
    house.scene.settled().await;
    let head = house.head().await;
    let other_body = SuspendLineRequest { reason: SuspensionReason::Loss.into(), ..first.clone() };
    assert_refused(suspend(&house.manager(), other_body).await, Code::AlreadyExists, "REQUEST_ID_REUSED");
    // Somebody else's request id tells nothing: the line is not theirs, whatever the id.
    let stranger = Person { subject: "stranger".into(), ..Person::manager(SystemIds.next()) };
    assert_refused(suspend(&house.scene.door(&stranger), first).await, Code::NotFound, "LINE_NOT_FOUND");
    assert_eq!(house.head().await, head, "nothing changed");
}

/// Something that a wire can suffer.
type Fault = fn(&vigie_testkit::Proxy);

/// Garbage and silence from the register are neither taken for an answer nor for a no.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_register_that_talks_garbage_or_nothing() {
    let _machine = machine().await;
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real), 1).with_register_wires(), 4).await;
    let manager = scene.door(&Person::manager(scene.fleet().stage().account()));
    let wires = scene.fleet().register_wires(0);
    let faults: [(&str, Fault); 3] = [
        ("garbage", vigie_testkit::Proxy::garble),
        ("silence", vigie_testkit::Proxy::black_hole),
        ("refusal", vigie_testkit::Proxy::refuse),
    ];
    for (line, (what, fault)) in scene.lines().iter().zip(faults) {
        for wire in [&wires.vty, &wires.ctrl] {
            fault(wire);
            if what == "refusal" {
                wire.cut(vigie_testkit::Cut::Reset);
            }
        }
        let message = SuspendLineRequest {
            request_id: SystemIds.next().to_string(),
            line: Some(by_id(line.line_id)),
            reason: SuspensionReason::Theft.into(),
            on_behalf: None,
            ..Default::default()
        };
        let answer =
            manager.lines().suspend_line(manager.request(message, IN_TIME)).await.unwrap().into_inner();
        let act = answer.act.unwrap();
        assert_eq!(
            (act.state(), act.evidence()),
            (ActState::Pending, Evidence::NotYetConfirmed),
            "{what}: {act:?}"
        );
        wires.heal();
        for wire in [&wires.vty, &wires.ctrl] {
            wire.cut(vigie_testkit::Cut::Reset);
        }
        eventually("confirmed once the register makes sense", IN_TIME, async || {
            let line = manager.line(&line.line_id.to_string()).await.unwrap();
            line.evidence() == Evidence::RegisterReadBack
        })
        .await;
        let found = scene.fleet().stage().register().nam(&line.imsi).unwrap();
        assert_eq!(found, Some(Nam { cs: false, ps: false }), "{what}");
    }
    let untouched = scene.fleet().stage().register().nam(&scene.lines()[3].imsi).unwrap();
    assert_eq!(untouched, Some(Nam { cs: true, ps: true }), "nobody asked for this line");
    scene.settled().await;
    scene.log_is_intact().await;
}
