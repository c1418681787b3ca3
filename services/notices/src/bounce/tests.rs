//! Notifications as mail servers make them, and garbage.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const ID: &str = "00000000-0000-0000-0000-000000000007.2@avis.exemple.fr";

fn ours() -> MessageId {
    MessageId { notice_id: Uuid::from_u128(7), recipient: 2 }
}

/// As Postfix makes it.
fn postfix() -> String {
    format!(
        "Return-Path: <>\r\n\
         Received: by mx.exemple.fr (Postfix)\r\n\
         \tid 4WxYz12345; Mon, 23 Nov 2026 04:01:02 +0100 (CET)\r\n\
         From: MAILER-DAEMON@mx.exemple.fr (Mail Delivery System)\r\n\
         Subject: Undelivered Mail Returned to Sender\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\
         \tboundary=\"4WxYz12345.1795325246/mx.exemple.fr\"\r\n\
         \r\n\
         This is a MIME-encapsulated message.\r\n\
         \r\n\
         --4WxYz12345.1795325246/mx.exemple.fr\r\n\
         Content-Description: Notification\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\
         \r\n\
         I'm sorry to have to inform you.\r\n\
         \r\n\
         --4WxYz12345.1795325246/mx.exemple.fr\r\n\
         Content-Description: Delivery report\r\n\
         Content-Type: message/delivery-status\r\n\
         \r\n\
         Reporting-MTA: dns; mx.exemple.fr\r\n\
         X-Postfix-Queue-ID: 4WxYz12345\r\n\
         Arrival-Date: Mon, 23 Nov 2026 04:01:00 +0100 (CET)\r\n\
         \r\n\
         Final-Recipient: rfc822; marie.durand@exemple.fr\r\n\
         Original-Recipient: rfc822;marie.durand@exemple.fr\r\n\
         Action: failed\r\n\
         Status: 5.1.1\r\n\
         Remote-MTA: dns; mail.exemple.fr\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 <marie.durand@exemple.fr>: Recipient address\r\n\
         \x20   rejected: User unknown\r\n\
         \r\n\
         --4WxYz12345.1795325246/mx.exemple.fr\r\n\
         Content-Description: Undelivered Message\r\n\
         Content-Type: message/rfc822\r\n\
         \r\n\
         Return-Path: <retours@exemple.fr>\r\n\
         Message-ID: <{ID}>\r\n\
         Subject: Ligne suspendue\r\n\
         \r\n\
         Bonjour\r\n\
         \r\n\
         --4WxYz12345.1795325246/mx.exemple.fr--\r\n"
    )
}

/// As a large hosted service makes it: bare line feeds, an unquoted boundary, headers only, and groups in a row.
fn hosted(action: &str, status: &str) -> String {
    format!(
        "From: Mail Delivery Subsystem <mailer-daemon@exemple.com>\n\
         Content-Type: multipart/report; boundary=0000000000abc; report-type=delivery-status\n\
         In-Reply-To: <{ID}>\n\
         References: <other@exemple.fr> <{ID}>\n\n\
         --0000000000abc\n\
         Content-Type: multipart/related; boundary=\"inner\"\n\n\
         --inner\nContent-Type: text/plain\n\nAddress not found\n--inner--\n\n\
         --0000000000abc\n\
         content-type: message/delivery-status\n\n\
         Reporting-MTA: dns; exemple.com\nArrival-Date: Mon, 23 Nov 2026 03:01:00 -0000\n\n\
         Final-Recipient: rfc822; marie@exemple.fr\nAction: {action}\nStatus: {status}\n\n\
         --0000000000abc--\n"
    )
}

#[test]
fn a_bounce_names_the_message_and_why() {
    let notification = parse(postfix().as_bytes()).unwrap();
    assert_eq!(notification.message_id, ours());
    let Reported::Bounced { status, diagnostic } = notification.report else { panic!("a bounce") };
    assert_eq!(status, "5.1.1");
    assert_eq!(
        diagnostic.as_deref(),
        Some("smtp; 550 5.1.1 <marie.durand@exemple.fr>: Recipient address rejected: User unknown")
    );
}

#[test]
fn the_original_is_known_by_what_the_notification_answers_where_it_is_not_enclosed() {
    let notification = parse(hosted("failed", "5.2.2 (mailbox full)").as_bytes()).unwrap();
    assert_eq!(notification.message_id, ours());
    let bounced = Reported::Bounced { status: "5.2.2".to_owned(), diagnostic: None };
    assert_eq!(notification.report, bounced);
}

#[test]
fn late_is_not_lost_and_delivered_is_delivered() {
    let report = |action| parse(hosted(action, "4.4.1").as_bytes()).map(|notification| notification.report);
    assert_eq!(report("delayed"), Ok(Reported::Delayed));
    assert_eq!(report("Delivered (at last)"), Ok(Reported::Delivered));
    assert_eq!(report("relayed"), Err(Error::NoRecipient), "nobody knows more after that");
}

#[test]
fn of_several_recipients_behind_an_alias_the_worst_counts() {
    let two = hosted("delivered", "2.0.0").replace(
        "\n\n--0000000000abc--",
        "\n\nFinal-Recipient: rfc822; b@exemple.fr\nAction: failed\nStatus: 5.7.1\n\n--0000000000abc--",
    );
    let report = parse(two.as_bytes()).unwrap().report;
    assert_eq!(report, Reported::Bounced { status: "5.7.1".to_owned(), diagnostic: None });
}

#[test]
fn what_is_no_notification_or_not_about_ours_is_refused() {
    assert_eq!(parse(b""), Err(Error::NoReport));
    assert_eq!(parse(b"Subject: hello\n\nI am away until Monday\n"), Err(Error::NoReport));
    let forged = postfix().replace(ID, "1.2@elsewhere.fr");
    assert_eq!(parse(forged.as_bytes()), Err(Error::NotOurs));
    let no_status = postfix().replace("message/delivery-status", "text/plain");
    assert_eq!(parse(no_status.as_bytes()), Err(Error::NoReport));
    assert_eq!(parse(&vec![b'x'; BYTES_MAX + 1]), Err(Error::TooLong));
    let strange = hosted("failed", "five");
    let report = parse(strange.as_bytes()).unwrap().report;
    assert_eq!(report, Reported::Bounced { status: "5.0.0".to_owned(), diagnostic: None });
}

#[test]
fn a_notification_that_was_cut_off_still_says_what_it_says() {
    let whole = postfix();
    let cut = &whole[..whole.find("Subject: Ligne").unwrap()];
    assert_eq!(parse(cut.as_bytes()).map(|notification| notification.message_id), Ok(ours()));
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn a_mangled_notification_never_panics(at in 0..1500_usize, with in "\\PC{0,8}[\r\n:;=\"-]{0,6}") {
        let mut text = postfix();
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        text.insert_str(at, &with);
        let _ = parse(text.as_bytes());
    }
}
