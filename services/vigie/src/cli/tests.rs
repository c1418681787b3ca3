use clap::CommandFactory as _;

use super::token::Role;
use super::*;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split_whitespace())
}

fn refused(line: &str) -> String {
    let error = parse(line).expect_err(line);
    assert_eq!(error.exit_code(), 2, "{line}");
    error.to_string()
}

#[test]
fn the_declaration_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn a_line_is_named_by_number_or_id() {
    for (text, number) in [
        ("vigie line show +33639980001", Some("+33639980001")),
        ("vigie line show 0197b1f0-0000-7000-8000-000000000001", None),
    ] {
        let Command::Line(LineCommand::Show { line }) = parse(text).unwrap().command else {
            panic!("{text}")
        };
        match (line, number) {
            (LineSelector::Number(given), Some(expected)) => assert_eq!(given, expected),
            (LineSelector::Id(_), None) => {}
            (other, _) => panic!("{other:?}"),
        }
    }
    assert!(refused("vigie line show 0639980001").contains("+33639980001"), "says how to write it");
}

#[test]
fn a_number_may_be_written_as_people_do() {
    let parsed: LineSelector = "+33 6 39.98-00 01".parse().unwrap();
    assert_eq!(parsed, LineSelector::Number("+33639980001".into()));
}

#[test]
fn suspend_takes_a_line_or_a_person_and_always_a_reason() {
    let account = "0197b1f0-0000-7000-8000-000000000001";
    parse("vigie line suspend +33639980001 --reason theft").unwrap();
    parse("vigie line suspend +33639980001 --reason THEFT").unwrap();
    parse("vigie line suspend +33639980001 --reason COMMERCIAL_FREEZE").unwrap();
    let cli = parse(&format!("vigie line suspend --person {account}/marc --reason loss")).unwrap();
    let Command::Line(LineCommand::Suspend(arguments)) = cli.command else { panic!() };
    assert_eq!(arguments.target.person.unwrap().user_id, "marc");
    for wrong in [
        "vigie line suspend --reason theft".to_owned(),
        "vigie line suspend +33639980001".to_owned(),
        "vigie line suspend +33639980001 --reason stolen".to_owned(),
        format!("vigie line suspend +33639980001 --person {account}/marc --reason loss"),
        format!("vigie line suspend --person {account} --reason loss"),
    ] {
        refused(&wrong);
    }
}

#[test]
fn acting_on_behalf_needs_a_check_of_the_caller() {
    let base = "vigie line suspend +33639980001 --reason loss";
    refused(&format!("{base} --on-behalf marc"));
    refused(&format!("{base} --check code"));
    let cli = parse(&format!("{base} --on-behalf marc --check code --check call-back")).unwrap();
    let Command::Line(LineCommand::Suspend(arguments)) = cli.command else { panic!() };
    let on_behalf = arguments.on_behalf.to_proto().unwrap();
    assert_eq!(on_behalf.person_id, "marc");
    assert_eq!(on_behalf.caller_checks, ["code", "call-back"]);
}

#[test]
fn a_recovered_handset_needs_when_and_who() {
    let base = "vigie line reinstate +33639980001 --reason theft";
    refused(&format!("{base} --attested-by amelie"));
    refused(&format!("{base} --handset-recovered-at 2026-11-20T14:00:00Z"));
    refused(&format!("{base} --attested-by amelie --handset-recovered-at yesterday"));
    parse(&format!("{base} --attested-by amelie --handset-recovered-at 2026-11-20T14:00:00Z")).unwrap();
}

#[test]
fn a_theft_is_declared_with_the_police_s_reference_and_time() {
    let base = "vigie line handset declare-theft +33639980001";
    refused(base);
    refused(&format!("{base} --police-report 2026/1"));
    refused(&format!("{base} --police-report 2026/1 --declared-at yesterday"));
    let cli = parse(&format!("{base} --police-report 2026/1 --declared-at 2026-11-20T14:00:00Z")).unwrap();
    let Command::Line(LineCommand::Handset(HandsetCommand::DeclareTheft(arguments))) = cli.command else {
        panic!()
    };
    assert_eq!((arguments.imei, arguments.calendar, arguments.time_zone), (None, None, None));
    parse("vigie line handset record +33639980001 --imei 490154203237518").unwrap();
    parse("vigie line handset recovered +33639980001 --at 2026-11-20T14:00:00Z --attested-by amelie")
        .unwrap();
    refused("vigie line handset recovered +33639980001");
}

#[test]
fn twins_are_of_a_line_and_not_of_a_person() {
    let account = "0197b1f0-0000-7000-8000-000000000001";
    let cli = parse("vigie line suspend +33639980001 --reason theft --with-twins").unwrap();
    let Command::Line(LineCommand::Suspend(arguments)) = cli.command else { panic!() };
    assert!(arguments.with_twins);
    refused(&format!("vigie line suspend --person {account}/marc --reason theft --with-twins"));
}

#[test]
fn a_port_is_noted_and_completed_at_a_time_and_just_cancelled() {
    for command in ["note", "complete"] {
        parse(&format!("vigie line port-out {command} +33639980001 --at 2026-11-20T14:00:00Z")).unwrap();
        refused(&format!("vigie line port-out {command} +33639980001"));
    }
    parse("vigie line port-out cancel +33639980001").unwrap();
}

#[test]
fn the_log_is_read_from_a_position_or_a_whole_checkpoint() {
    for (after, expected) in [
        ("17", StartAfter { incarnation: 0, position: 17, hash: vec![] }),
        ("2/17/abcd", StartAfter { incarnation: 2, position: 17, hash: vec![0xab, 0xcd] }),
    ] {
        let cli = parse(&format!("vigie log tail --follow --after {after}")).unwrap();
        let Command::Log(LogCommand::Tail(arguments)) = cli.command else { panic!() };
        assert_eq!(arguments.after, Some(expected));
    }
    for wrong in ["x", "-1", "1/2", "1/2/xyz"] {
        refused(&format!("vigie log tail --after={wrong}"));
    }
}

#[test]
fn a_log_may_be_named_wherever_one_is_read_or_written() {
    let named = |line: &str| {
        let Command::Log(command) = parse(line).unwrap().command else { panic!("{line}") };
        match command {
            LogCommand::Tail(Tail { which, .. })
            | LogCommand::Verify { which }
            | LogCommand::Backup { which, .. }
            | LogCommand::Restore { which, .. }
            | LogCommand::Resync { which, .. } => which.name,
            LogCommand::List => panic!("{line}"),
        }
    };
    for command in ["tail --follow", "verify", "backup log.backup", "restore log.backup", "resync"] {
        assert_eq!(named(&format!("vigie log {command}")), None);
        assert_eq!(named(&format!("vigie log {command} --log routing")).as_deref(), Some("routing"));
    }
    assert!(matches!(parse("vigie log list").unwrap().command, Command::Log(LogCommand::List)));
    let cli = parse("vigie view start-over all --log routing").unwrap();
    let Command::View(ViewCommand::StartOver { log, .. }) = cli.command else { panic!() };
    assert_eq!(log.as_deref(), Some("routing"));
}

#[test]
fn a_restore_may_be_told_which_incarnations_were_there_already() {
    let cli = parse("vigie log restore log.backup --above 3").unwrap();
    let Command::Log(LogCommand::Restore { above, .. }) = cli.command else { panic!() };
    assert_eq!(above, 3);
    let cli = parse("vigie log restore log.backup").unwrap();
    assert!(matches!(cli.command, Command::Log(LogCommand::Restore { above: 0, .. })));
    refused("vigie log restore log.backup --above=-1");
    parse("vigie log resync --config vigie.toml").unwrap();
}

#[test]
fn starting_over_names_what() {
    for (text, expected) in [
        ("lines", Which::Lines),
        ("commitments", Which::Commitments),
        ("progress", Which::Progress),
        ("routing", Which::Routing),
        ("notices", Which::Notices),
        ("directory", Which::Directory),
        ("all", Which::All),
    ] {
        let cli = parse(&format!("vigie view start-over {text}")).unwrap();
        let Command::View(ViewCommand::StartOver { which, .. }) = cli.command else { panic!() };
        assert_eq!(which, expected);
    }
    refused("vigie view start-over");
    refused("vigie view start-over register");
}

#[test]
fn a_timeline_is_listed_or_watched_from_where_it_was_left() {
    let cli = parse("vigie line timeline +33639980001 --limit 5").unwrap();
    let Command::Line(LineCommand::Timeline(arguments)) = cli.command else { panic!() };
    assert_eq!((arguments.limit, arguments.act), (5, None));
    let cli = parse("vigie line watch +33639980001 --resume abc").unwrap();
    let Command::Line(LineCommand::Watch(arguments)) = cli.command else { panic!() };
    assert_eq!(arguments.resume.as_deref(), Some("abc"));
    refused("vigie line watch");
    refused("vigie line timeline +33639980001 --act latest");
}

#[test]
fn a_dead_letter_is_named_by_view_and_stream_and_skipped_for_a_reason() {
    let stream = "0197b1f0-0000-7000-8000-000000000001";
    let cli = parse("vigie dead-letter list --view progress").unwrap();
    let Command::DeadLetter(DeadLetterCommand::List(arguments)) = cli.command else { panic!() };
    assert_eq!((arguments.view.as_deref(), arguments.limit), (Some("progress"), 100));
    for command in ["show", "retry"] {
        parse(&format!("vigie dead-letter {command} progress {stream}")).unwrap();
        refused(&format!("vigie dead-letter {command} {stream}"));
        refused(&format!("vigie dead-letter {command} progress +33639980001"));
    }
    let cli =
        parse(&format!("vigie dead-letter skip progress {stream} --reason bench --event {stream}")).unwrap();
    let Command::DeadLetter(DeadLetterCommand::Skip(arguments)) = cli.command else { panic!() };
    assert_eq!((arguments.letter.view.as_str(), arguments.reason.as_str()), ("progress", "bench"));
    assert_eq!(arguments.event, Some(arguments.letter.stream_id));
    refused(&format!("vigie dead-letter skip progress {stream}"));
}

#[test]
fn global_options_may_stand_anywhere() {
    let cli = parse("vigie commitments show --json --endpoint http://127.0.0.1:7999").unwrap();
    assert!(cli.global.json);
    assert_eq!(cli.global.endpoint, "http://127.0.0.1:7999");
    let Command::Commitments(CommitmentsCommand::Show(arguments)) = cli.command else { panic!() };
    assert_eq!(arguments.characteristic, "9.3");
    assert!(!arguments.cases);
}

#[test]
fn a_token_lives_for_a_bounded_time() {
    let ttl = |text: &str| {
        let cli = parse(&format!("vigie token --role fleet-manager --ttl {text}"))?;
        let Command::Token(arguments) = cli.command else { panic!() };
        Ok::<_, clap::Error>(arguments.ttl.as_secs())
    };
    assert_eq!(ttl("15m").unwrap(), 900);
    assert_eq!(ttl("8h").unwrap(), 28_800);
    for wrong in ["0s", "25h", "soon", "-1s", "99999999999999999999h"] {
        assert!(ttl(wrong).is_err(), "{wrong}");
    }
    refused("vigie token");
}

#[test]
fn every_role_that_identity_knows_can_be_asked_for() {
    use clap::ValueEnum as _;
    let offered: Vec<_> = Role::value_variants().iter().map(|role| role.to_chassis().as_str()).collect();
    for role in vigie_chassis::identity::Role::ALL {
        assert!(offered.contains(&role.as_str()), "{role:?}");
        parse(&format!("vigie token --role {}", role.as_str())).unwrap();
    }
}

#[test]
fn an_account_is_registered_moved_and_asked_for_as_of_a_day_and_as_known_on_a_day() {
    let register = "vigie account register company Kerval --siren 999000110 --segment sme-fleet --town Lyon --postal-code 69003";
    let Command::Account(AccountCommand::Register(arguments)) = parse(register).unwrap().command else {
        panic!()
    };
    assert_eq!(
        (arguments.name.as_str(), arguments.address.to_proto().unwrap().town.as_str()),
        ("Kerval", "Lyon")
    );
    assert!(refused("vigie account register company Kerval --postal-code 69003").contains("--town"));
    refused("vigie account register subsidiary Kerval");
    let asked = "vigie account manager 999000110 --as-of 2026-03-01 --known-at 2026-06-01T00:00:00Z";
    let Command::Account(AccountCommand::Manager { at, .. }) = parse(asked).unwrap().command else {
        panic!()
    };
    assert_eq!(at.as_of.unwrap().0.to_string(), "2026-02-28T23:00:00Z", "a day begins in Paris");
    assert_eq!(at.to_proto().known_at.unwrap().seconds, 1_780_272_000);
    parse("vigie account move 999000110 --top").unwrap();
    parse("vigie account move 999000110 --below crm/group/G-1 --from 2027-01-01").unwrap();
    refused("vigie account move 999000110");
    refused("vigie account move 999000110 --top --below crm/group/G-1");
}

#[test]
fn a_team_or_contact_point_comes_from_flags_or_from_a_file_and_not_from_both() {
    let desk = "0197b1f0-0000-7000-8000-000000000001";
    parse("vigie desk add Lyon --purpose sales --segment large-account --rank 1").unwrap();
    parse("vigie desk add --file desk.toml").unwrap();
    for wrong in [
        "vigie desk add",
        "vigie desk add Lyon",
        "vigie desk add Lyon --purpose sales --file desk.toml",
        "vigie desk add --file desk.toml --open mon",
    ] {
        refused(wrong);
    }
    parse(&format!("vigie contact-point publish {desk} --channel phone --number +33199000001 --tariff free"))
        .unwrap();
    parse("vigie contact-point publish --file point.json").unwrap();
    refused(&format!("vigie contact-point publish {desk}"));
    refused(&format!("vigie contact-point publish {desk} --channel phone --number 0199000001"));
    refused(&format!("vigie contact-point retire {desk}"));
}

#[test]
fn a_contact_has_one_caller_or_none_that_is_known() {
    let person = "0197b1f0-0000-7000-8000-000000000001";
    parse("vigie route --from +33639980077 --subject loss-or-theft --at 2026-11-22T03:00:00Z").unwrap();
    parse(&format!("vigie route --person {person} --family mobile --family fixed")).unwrap();
    parse("vigie route --account 999000110 --language en --from-country DE").unwrap();
    parse("vigie route").unwrap();
    refused(&format!("vigie route --from +33639980077 --person {person}"));
    refused("vigie route --from +33639980077 --subject weather");
}

#[test]
fn staff_are_trained_and_away_between_two_moments() {
    let staff = "0197b1f0-0000-7000-8000-000000000001";
    let train = format!("vigie staff train {staff} --passed 2026-01-10 --until 2028-01-10");
    let Command::Staff(StaffCommand::Train(arguments)) = parse(&train).unwrap().command else { panic!() };
    assert_eq!(arguments.code, "account-manager", "the one that assignments ask for");
    parse(&format!("vigie staff absence {staff} --from 2026-12-21 --until 2027-01-04 --cover {staff}"))
        .unwrap();
    parse(&format!("vigie staff leave {staff} --deputy {staff}")).unwrap();
    parse("vigie staff add Anne --language fr --skill technical=2027-06-30 --account-manager").unwrap();
    refused(&format!("vigie staff absence {staff} --from 2026-12-21"));
    refused("vigie staff add Anne");
    refused("vigie staff add Anne --language fr --skill technical=soon");
}
