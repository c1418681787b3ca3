//! The commands of routing against a running process: reviews, projects, contacts, and what changes.

use serde_json::Value;
use vigie_testkit::Scratch;

use crate::running::{NO_DEMO, Running};

/// SIRENs that check, and belong to nobody.
const KERVAL: &str = "999000110";
const VAUQUELAIN: &str = "999000292";
/// Of the numbers that are kept for fiction.
const FRIDAS: &str = "+33199002001";
const NO_ID: &str = "0197b1f0-0000-7000-8000-000000000001";

/// Two companies, two account managers, a team.
fn an_operator(name: &str) -> (Scratch, Running) {
    let home = Scratch::new(name).unwrap();
    let running = Running::start(&home, &home.path().join("data"), &["--json"], &[NO_DEMO]);
    running.until("address");
    for (siren, name) in [(KERVAL, "Menuiserie Kerval"), (VAUQUELAIN, "Cabinet Vauquelain")] {
        let register = ["account", "register", "company", name, "--siren", siren, "--since", "2025-01-01"];
        running.command(&register).ok();
    }
    for (name, user) in [("Anne Petit", "anne"), ("Bruno Roux", "bruno")] {
        running
            .command(&["staff", "add", name, "--account-manager", "--language", "fr", "--user-id", user])
            .ok();
    }
    running.command(&["desk", "add", "PME mobile", "--purpose", "technical", "--skill", "sme-fleet"]).ok();
    // Lists follow the log.
    running.command_until(&["staff", "list"], "Bruno Roux");
    running.command_until(&["desk", "list"], "PME mobile");
    (home, running)
}

fn document(running: &Running, arguments: &[&str]) -> Value {
    let text = running.command(&[&["--json"], arguments].concat()).ok();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Each is refused with what is named, and with this exit code.
fn refused(running: &Running, wrong: &[(&[&str], i32, &str)]) {
    for (arguments, code, named) in wrong {
        let error = running.command(arguments).failed(*code);
        assert!(error.contains(named), "{arguments:?}: no {named:?} in {error}");
    }
}

#[test]
fn a_company_s_review_is_planned_moved_cancelled_and_held_without_typing_an_id() {
    let (_home, running) = an_operator("reviews");
    let none = running.command_until(&["review", "list"], "Cabinet Vauquelain");
    assert!(none.contains("Menuiserie Kerval"), "{none}");
    assert!(running.command(&["review", "show", KERVAL]).ok().contains("none yet"));

    let planned = running
        .command(&["review", "plan", KERVAL, "--for", "2099-03-02 10:00", "--staff", "anne petit"])
        .ok();
    assert!(planned.starts_with("Menuiserie Kerval\n"), "{planned}");
    assert!(planned.contains("PLANNED for 2099-03-02 09:00 UTC with Anne Petit"), "{planned}");
    let moved =
        running.command(&["review", "reschedule", KERVAL, "--to", "2099-03-09", "--by", "customer"]).ok();
    assert!(moved.contains("moved once, first planned for 2099-03-02 09:00 UTC"), "{moved}");
    let cancelled = document(&running, &["review", "cancel", KERVAL, "--by", "customer"]);
    assert_eq!(cancelled["plan"]["reviews"][0]["cancelled_by"], "SIDE_CUSTOMER", "{cancelled}");
    let held = running.command(&["review", "hold", KERVAL, "--unplanned", "--staff", "bruno"]).ok();
    assert!(held.contains("HELD") && held.contains("with Bruno Roux"), "{held}");

    for day in ["2099-05-04", "2099-05-05"] {
        running.command(&["review", "plan", VAUQUELAIN, "--for", day]).ok();
    }
    refused(
        &running,
        &[
            (&["review", "hold", KERVAL], 1, "--unplanned"),
            (&["review", "cancel", KERVAL, "--by", "operator"], 1, "no review is planned"),
            (&["review", "cancel", VAUQUELAIN, "--by", "operator"], 2, "2 reviews are planned"),
            (&["review", "cancel", KERVAL, "--by", "operator", "--review", NO_ID], 1, "REVIEW_NOT_FOUND"),
            (&["review", "cancel", KERVAL, "--by", "nobody"], 2, "customer"),
            (&["review", "plan", KERVAL, "--for", "2020-01-01"], 1, "BAD_PERIOD"),
            (&["review", "plan", KERVAL, "--for", "tomorrow"], 2, "2026-11-20"),
            (
                &["review", "plan", KERVAL, "--for", "2099-01-05", "--staff", "petit"],
                1,
                "did you mean Anne Petit",
            ),
            (&["review", "show", "999000111"], 1, "BAD_SIREN"),
            (&["review", "show", "crm/customer/C-9"], 1, "ACCOUNT_NOT_FOUND"),
            (&["review", "list", "--due-before", "soon"], 2, "2026-11-20"),
        ],
    );
    running.stop();
}

#[test]
fn a_project_abroad_has_a_referent_an_answer_and_both_promises() {
    let (_home, running) = an_operator("projects");
    let open = [
        "project",
        "open",
        KERVAL,
        "--kind",
        "new-site",
        "--country",
        "de",
        "--country",
        "RE",
        "--referent",
        "anne",
    ];
    let opened = document(&running, &open);
    let project = opened["project"]["project_id"].as_str().unwrap().to_owned();
    let project = project.as_str();
    let shown = running.command(&["project", "show", project]).ok();
    assert!(shown.starts_with("NEW_SITE  TO BE ANSWERED\n"), "{shown}");
    assert!(shown.contains("DE (EEA), RE (OVERSEAS)") && shown.contains("Anne Petit"), "{shown}");
    refused(&running, &[(&["project", "promise", project, "--for", "2099-01-05"], 1, "not answered yet")]);

    running.command(&["project", "answer", project, "--promised", "2099-01-05"]).ok();
    let moved = ["project", "promise", project, "--for", "2099-02-05", "--asked-by-customer"];
    let moved = running.command(&moved).ok();
    assert!(moved.contains("first promised for  2099-01-04 23:00 UTC"), "{moved}");
    running.command(&["project", "referent", project, "Bruno Roux"]).ok();
    running.command_until(&["project", "list", KERVAL], "Bruno Roux");
    let closed = running.command(&["project", "close", project, "--outcome", "delivered"]).ok();
    assert!(closed.starts_with("NEW_SITE  DELIVERED\n"), "{closed}");
    assert!(running.command(&["project", "list", VAUQUELAIN]).ok().contains("No projects."));

    let open = |country: &'static str, referent: &'static str| {
        ["project", "open", KERVAL, "--kind", "request", "--country", country, "--referent", referent]
    };
    refused(
        &running,
        &[
            (&["project", "answer", project, "--promised", "2099-01-05"], 1, "ENDED"),
            (&["project", "close", NO_ID, "--outcome", "delivered"], 1, "PROJECT_NOT_FOUND"),
            (&["project", "close", project, "--outcome", "lost"], 2, "withdrawn"),
            (&["project", "show", "the-one-in-berlin"], 2, "as lists show it"),
            (&["project", "referent", project, NO_ID], 1, "STAFF_NOT_FOUND"),
            (&open("Germany", "anne"), 1, "BAD_PLACE"),
            (&open("DE", "nobody"), 1, "no staff member called"),
            (&["project", "open", KERVAL, "--kind", "request", "--referent", "anne"], 2, "--country"),
            (&["project", "list", "kerval"], 2, "SIREN"),
        ],
    );
    running.stop();
}

#[test]
fn what_came_of_a_contact_is_recorded_fact_by_fact_and_shown_with_names() {
    let (_home, running) = an_operator("contacts");
    let person =
        ["person", "add", KERVAL, "--given-name", "Frida", "--family-name", "Kerval", "--number", FRIDAS];
    running.command(&[&person[..], &["--role", "fleet-manager"]].concat()).ok();
    // Whom a number belongs to is known a moment after the log.
    running.command_until(&["route", "--from", FRIDAS], "person");

    let record = |what: &[&str]| running.command(&[&["contact", "record"], what].concat());
    let at = |minute: &'static str| ["--at", minute];
    let offered = ["offered", "acd/4711", "--desk", "pme mobile", "--from", FRIDAS];
    record(&[&offered[..], &at("2026-01-05T09:00:00Z")].concat()).ok();
    let qualified =
        ["qualified", "acd/4711", "--subject", "technical", "--family", "mobile", "--family", "fixed"];
    record(&[&qualified[..], &at("2026-01-05T09:00:10Z")].concat()).ok();
    let answered = [
        "answered",
        "acd/4711",
        "--desk",
        "PME mobile",
        "--agent",
        "anne",
        "--context-shown",
        "yes",
        "--fact",
        "a",
    ];
    let answered = [&answered[..], &at("2026-01-05T09:00:25Z")].concat();
    assert!(record(&answered).ok().contains("acd/4711  recorded"));
    assert!(record(&answered).ok().contains("on record already"));
    let (promised, kept) = ("callback-promised", "callback-kept");
    record(&[promised, "acd/4711", "--callback", "c", "--due", "2026-01-06", "--at", "2026-01-05T09:01:00Z"])
        .ok();
    record(&[kept, "acd/4711", "--callback", "c", "--agent", "bruno", "--at", "2026-01-05T15:00:00Z"]).ok();
    for fact in [
        &["taken-in-charge", "acd/4711", "--agent", "anne"][..],
        &["transferred", "acd/4711", "--to", "PME mobile", "--reason", "wrong-desk"],
        &["survey", "acd/4711", "--question", "courtesy", "--score", "4/5"],
        &["graded", "acd/4711", "--grid", "opening", "--score", "17/20"],
        &["ended", "acd/4711", "--settled", "no"],
        &["abandoned", "acd/4712", "--desk", "PME mobile", "--wait", "1m 30s"],
        &["callback-missed", "acd/4712", "--callback", "c"],
        &["repeated", "acd/4712", "--earlier", "4711"],
        &[
            "presence",
            "wfm",
            "--desk",
            "PME mobile",
            "--from",
            "2026-01-05 08:00",
            "--until",
            "2026-01-05 12:30",
        ],
    ] {
        record(fact).ok();
    }

    let shown = running.command(&["contact", "show", "acd/4711"]).ok();
    for part in
        ["acd/4711  ANSWERED", "Menuiserie Kerval", "TECHNICAL", "25.00 s", "Anne Petit", "KEPT", "transfers"]
    {
        assert!(shown.contains(part), "{part} is missing in:\n{shown}");
    }
    let split = running.command(&["contact", "split", "acd/4711"]).ok();
    assert!(split.contains("MOBILE  acd/4711#mobile") && split.contains("FIXED  acd/4711#fixed"), "{split}");
    let listed = running.command_until(&["contact", "list", "--desk", "PME mobile"], "acd/4712");
    assert!(
        listed.contains("ABANDONED") && listed.contains("90.00 s") | listed.contains("1 min 30 s"),
        "{listed}"
    );
    let by_account = running.command_until(&["--json", "contact", "list", "--account", KERVAL], "4711#fixed");
    assert!(!by_account.contains("4712"), "nobody knows who called: {by_account}");
    assert!(running.command(&["contact", "rejected-facts"]).ok().contains("No rejected facts."));

    let other =
        [&answered[..6], &["--context-shown", "no", "--fact", "a"], &at("2026-01-05T09:00:25Z")].concat();
    let other = [&["contact", "record"], &other[..]].concat();
    refused(
        &running,
        &[
            (&other, 1, "FACT_CONTRADICTS"),
            (&["contact", "show", "acd/9"], 1, "CONTACT_NOT_FOUND"),
            (&["contact", "show", "4711"], 2, "acd/4711"),
            (&["contact", "split", "acd/4711", "--part", "satellite"], 2, "mobile=4711-a"),
            (&["contact", "list", "--desk", "pme"], 1, "did you mean PME mobile"),
            (&["contact", "settle-rejected-fact", NO_ID, "--note", "sent again"], 1, "NOT_FOUND"),
            (&["contact", "record", "offered", "acd/1", "--desk", "crm/desk/none"], 1, "DESK_NOT_FOUND"),
            (&["contact", "record", "offered", "4711", "--desk", "PME mobile"], 2, "acd/4711"),
            (&["contact", "record", "ended", "acd/1", "--settled", "perhaps"], 2, "yes or no"),
            (&["contact", "record", "ended", "acd/1", "--at", "2099-01-01"], 1, "BAD_PERIOD"),
            (
                &["contact", "record", "survey", "acd/1", "--question", "courtesy", "--score", "9/5"],
                1,
                "score_max",
            ),
            (&["contact", "record", "survey", "acd/1", "--question", "courtesy", "--score", "9"], 2, "4/5"),
            (&["contact", "record", "answered", "acd/1", "--wait", "25"], 2, "25s"),
        ],
    );
    running.stop();
}

#[test]
fn facts_of_a_file_or_of_a_pipe_are_recorded_once_and_broken_ones_can_be_mended() {
    let (home, running) = an_operator("facts");
    let desks = running.command(&["--json", "desk", "list"]).ok();
    let desk: Value = serde_json::from_str(desks.lines().next().unwrap()).unwrap();
    let desk = desk["desk_id"].as_str().unwrap();
    let line = |call: &str, desk: &str| {
        format!(
            r#"{{"origin":"acd","contact":"{call}","fact_id":"1","occurred_at":"2026-01-05T09:00:00Z","offered":{{"desk":{{"desk_id":"{desk}"}},"channel":"CONTACT_CHANNEL_PHONE"}}}}"#
        )
    };
    let lines = [
        line("1", desk),
        line("2", NO_ID),
        "{oops".to_owned(),
        line("3", desk).replace("fact_id", "factid2"),
    ];
    let (file, rejects) = (home.path().join("facts.jsonl"), home.path().join("rejects.jsonl"));
    std::fs::write(&file, lines.join("\n")).unwrap();
    let (path, rejected) = (file.to_str().unwrap(), rejects.to_str().unwrap());
    let first = running.command(&["contact", "record", "file", path, "--rejects", rejected]);
    for part in
        ["line 2  DESK_NOT_FOUND", "line 3  JSON_SYNTAX", "line 4  JSON_FIELDS", "1 recorded, 3 rejected"]
    {
        assert!(first.out.contains(part), "{part} is missing in:\n{}", first.out);
    }
    assert!(first.failed(1).contains("3 facts rejected"));

    let mended =
        std::fs::read_to_string(&rejects).unwrap().replace(NO_ID, desk).replace("factid2", "fact_id");
    assert_eq!(mended.lines().count(), 2, "what is no JSON cannot be written back: {mended}");
    std::fs::write(&file, format!("{mended}{}\n", line("1", desk))).unwrap();
    let mut piped = running.prepare(&["--json", "contact", "record", "file", "-"]);
    piped.stdin(std::fs::File::open(&file).unwrap());
    let summary: Value = serde_json::from_str(&crate::running::answer(&mut piped).ok()).unwrap();
    let counts = ["recorded", "repeated", "rejected"].map(|field| summary[field].as_i64().unwrap());
    assert_eq!(counts, [2, 1, 0], "{summary}");
    refused(
        &running,
        &[
            (&["contact", "record", "file", "/no/such/facts.jsonl"], 2, "/no/such/facts.jsonl"),
            (&["contact", "record", "file", path, "--rejects", path], 2, "write them elsewhere"),
            (&["contact", "record", "file"], 2, "<PATH>"),
        ],
    );
    running.stop();
}

#[test]
fn a_change_keeps_what_is_not_given_and_a_repeat_changes_nothing() {
    let (home, running) = an_operator("changes");
    let person =
        ["person", "add", KERVAL, "--given-name", "Frida", "--family-name", "Kerval", "--number", FRIDAS];
    running
        .command(&[&person[..], &["--role", "fleet-manager", "--email", "frida@exemple.fr"]].concat())
        .ok();
    let married = ["person", "change", FRIDAS, "--family-name", "Roux", "--no-email", "--request-id", NO_ID];
    let changed = document(&running, &married);
    let again = document(&running, &married);
    assert_eq!(changed, again, "the same request");
    let person = &changed["person"];
    assert_eq!((&person["given_name"], &person["family_name"]), (&"Frida".into(), &"Roux".into()));
    assert_eq!((&person["email"], &person["numbers"][0]), (&"".into(), &FRIDAS.into()));

    let staff =
        document(&running, &["staff", "change", "anne", "--name", "Anne Petit-Roux", "--desk", "PME mobile"]);
    let staff = &staff["staff"];
    assert_eq!((&staff["name"], &staff["user_id"]), (&"Anne Petit-Roux".into(), &"anne".into()));
    assert!(!staff["desk_id"].as_str().unwrap().is_empty(), "{staff}");

    let open = ["desk", "change", "PME mobile", "--open", "mon-fri 09:00-12:00", "--businesses-only", "yes"];
    let desk = running.command(&open).ok();
    assert!(desk.contains("sme-fleet") && desk.contains("mon-fri  09:00-12:00"), "{desk}");
    // What is printed for programs can be edited and taken in.
    let printed = running.command(&["--json", "desk", "show", "PME mobile"]).ok();
    let file = home.path().join("desk.json");
    std::fs::write(&file, printed.replace("\"PME mobile\"", "\"Flottes PME\"")).unwrap();
    let file = file.to_str().unwrap();
    let renamed = running.command(&["desk", "change", "PME mobile", "--file", file]).ok();
    assert!(renamed.starts_with("Flottes PME") && renamed.contains("businesses only"), "{renamed}");
    running.command_until(&["desk", "list"], "Flottes PME");

    running.command(&["desk", "add", "Nuit", "--purpose", "technical"]).ok();
    running.command_until(&["desk", "list"], "Nuit");
    running.command(&["desk", "change", "Flottes PME", "--overflow", "Nuit"]).ok();
    refused(
        &running,
        &[
            (&["desk", "close", "Nuit"], 1, "STILL_IN_USE"),
            (&["desk", "close", "Jour"], 1, "no team called \"Jour\""),
            (&["desk", "change", "Nuit", "--file", file], 2, "another team"),
            (&["desk", "change", "Nuit"], 2, "--name"),
            (&["desk", "change", "Nuit", "--open", "lun 09:00-12:00"], 2, "lun"),
            (&["staff", "change", "anne"], 2, "--name"),
            (&["staff", "change", "anne", "--skill", "x", "--no-skills"], 2, "--no-skills"),
            (&["staff", "change", "nobody", "--no-email"], 1, "no staff member called"),
            (&["person", "change", FRIDAS], 2, "--given-name"),
            (&["person", "change", "+33199002999", "--no-email"], 1, "PERSON_NOT_FOUND"),
        ],
    );
    running.command(&["desk", "change", "Flottes PME", "--no-overflow"]).ok();
    assert!(running.command(&["desk", "close", "Nuit"]).ok().contains("ended"));
    running.stop();
}

#[test]
fn a_contact_point_is_named_by_its_number_and_says_who_was_told() {
    let (_home, running) = an_operator("points");
    let number = "+33199001020";
    let publish = ["contact-point", "publish", "PME mobile", "--channel", "phone", "--tariff", "normal"];
    running.command(&[&publish[..], &["--number", number, "--label", "Prix d'un appel"]].concat()).ok();
    let listed = running.command_until(&["contact-point", "list"], number);
    assert!(listed.contains("PME mobile"), "{listed}");
    let later =
        ["--number", "+33199001021", "--label", "Prix d'un appel", "--point", number, "--from", "2099-01-05"];
    let second = running.command(&[&publish[..], &later].concat()).ok();
    assert!(second.contains("version of it  2"), "{second}");
    // No customer, nobody to tell.
    let told = running.command(&["contact-point", "recipients", number]).ok();
    assert!(told.contains("Nobody was told of version 2."), "{told}");
    refused(
        &running,
        &[
            (&["contact-point", "recipients", "+33199001999"], 1, "no contact point is reached at"),
            (&["contact-point", "recipients", number, "--point-version", "0"], 2, "0"),
            (&["contact-point", "retire", number, "--until", "2020-01-01"], 1, "BAD_PERIOD"),
        ],
    );
    running.stop();
}

#[test]
fn a_manager_takes_over_and_ends_without_an_assignment_s_id() {
    let (_home, running) = an_operator("take-over");
    for who in ["anne", "bruno"] {
        running.command(&["staff", "train", who, "--passed", "2025-01-01", "--until", "2099-01-01"]).ok();
    }
    running.command(&["account", "assign", KERVAL, "anne", "--from", "2026-01-01"]).ok();
    refused(
        &running,
        &[
            (&["account", "assign", KERVAL, "bruno"], 1, "ASSIGNMENT_OVERLAPS"),
            (&["account", "assign", VAUQUELAIN, "bruno", "--take-over"], 1, "nobody is named"),
            (&["account", "end-assignment", VAUQUELAIN], 1, "nobody is named"),
        ],
    );
    let assigned = running.command(&["account", "assign", KERVAL, "bruno", "--take-over"]).ok();
    assert!(assigned.contains("Bruno Roux"), "{assigned}");
    assert!(running.command(&["account", "manager", KERVAL]).ok().starts_with("Bruno Roux  ASSIGNED"));
    running.command_until(&["account", "assignments", KERVAL], "Bruno Roux");
    running.command(&["account", "end-assignment", KERVAL]).ok();
    assert!(running.command(&["account", "manager", KERVAL]).ok().starts_with("nobody"), "nobody follows");
    running.stop();
}
