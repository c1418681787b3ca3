//! Lists: by page, within the scope, rebuilt at any time.

use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_proto::lines::*;

use super::house::*;
use super::on_both_engines;

async fn numbers(client: &mut Client, request: ListLinesRequest) -> Vec<String> {
    let mut request = request;
    let mut numbers = Vec::new();
    loop {
        let page = client.list_lines(request.clone()).await.unwrap().into_inner();
        numbers.extend(page.lines.into_iter().map(|line| line.msisdn));
        if page.next_page_token.is_empty() {
            numbers.sort();
            return numbers;
        }
        request.page_token = page.next_page_token;
    }
}

on_both_engines! {
    async fn pages_show_every_line_in_scope_once(house: House) {
        for number in 1..=7 {
            house.a_line(number).await;
        }
        let mut elsewhere = entry(8);
        elsewhere.account_id = OTHER_ACCOUNT.to_string();
        house.a_line_of(elsewhere).await;
        let mut transport = entry(9);
        (transport.cost_centre, transport.user_id) = ("Transport".to_owned(), "luc.petit".to_owned());
        house.a_line_of(transport).await;
        house.listed().await;

        let all = |range: std::ops::RangeInclusive<u64>| range.map(|number| entry(number).msisdn).collect::<Vec<_>>();
        let by = |page_size| ListLinesRequest { page_size, ..Default::default() };
        for page_size in [0, 1, 3, 7, 1000] {
            let mut expected = all(1..=7);
            expected.push(entry(9).msisdn);
            assert_eq!(numbers(&mut house.manager(), by(page_size)).await, expected);
        }
        assert_eq!(numbers(&mut house.operator(), by(2)).await, all(1..=9));
        assert_eq!(numbers(&mut house.user(), by(2)).await, all(1..=7), "a user sees their own");
        let of_account = ListLinesRequest { account_id: OTHER_ACCOUNT.to_string(), ..by(2) };
        assert_eq!(numbers(&mut house.operator(), of_account.clone()).await, all(8..=8));
        assert_eq!(numbers(&mut house.manager(), of_account).await, Vec::<String>::new());
        let scope = |scope| Grant::new("zoe", &[Role::ItManager]).scope(scope);
        for (narrow, expected) in [
            (Scope { cost_centre: Some("Transport".to_owned()), ..Scope::account(ACCOUNT) }, all(9..=9)),
            (Scope { siren: Some("732829320".to_owned()), ..Scope::account(OTHER_ACCOUNT) }, all(8..=8)),
            (Scope { siret: Some("00000000000018".to_owned()), ..Scope::account(ACCOUNT) }, vec![]),
            (Scope { group: Some("north".to_owned()), ..Scope::account(ACCOUNT) }, vec![]),
        ] {
            assert_eq!(numbers(&mut house.as_bearer(&scope(narrow)), by(2)).await, expected);
        }
        assert_eq!(numbers(&mut house.as_bearer(&Grant::new("zoe", &[Role::ItManager])), by(2)).await, Vec::<String>::new());
    }

    async fn a_page_token_is_good_for_its_own_query_only(house: House) {
        for number in 1..=3 {
            house.a_line(number).await;
        }
        house.listed().await;
        let first = ListLinesRequest { page_size: 1, ..Default::default() };
        let token = house.manager().list_lines(first.clone()).await.unwrap().into_inner().next_page_token;
        let with = |page_token: &str| ListLinesRequest { page_token: page_token.to_owned(), ..first.clone() };
        assert!(house.manager().list_lines(with(&token)).await.is_ok());
        assert_eq!(refused(house.operator().list_lines(with(&token)).await), "BAD_PAGE_TOKEN", "another caller's");
        for bad in ["x", "AAAA", &token[1..]] {
            assert_eq!(refused(house.manager().list_lines(with(bad)).await), "BAD_PAGE_TOKEN");
        }
        let other = ListLinesRequest { account_id: ACCOUNT.to_string(), ..with(&token) };
        assert_eq!(refused(house.manager().list_lines(other).await), "BAD_PAGE_TOKEN");
        let negative = ListLinesRequest { page_size: -1, ..Default::default() };
        assert!(house.manager().list_lines(negative).await.is_err());
    }

    async fn a_list_shows_what_the_line_itself_shows(house: House) {
        let (stolen, paid) = (house.a_line(1).await, house.a_line(2).await);
        house.user().suspend_line(suspend(&stolen, SuspensionReason::Theft)).await.unwrap();
        house.clerk().suspend_line(suspend(&stolen, SuspensionReason::Unpaid)).await.unwrap();
        house.clerk().suspend_line(suspend(&paid, SuspensionReason::Unpaid)).await.unwrap();
        house.clerk().reinstate_line(reinstate(&paid, SuspensionReason::Unpaid)).await.unwrap();
        house.listed().await;
        let listed = house.manager().list_lines(ListLinesRequest::default()).await.unwrap().into_inner().lines;
        assert_eq!(listed.len(), 2);
        let mut before = listed.clone();
        for line in listed {
            let itself = house.manager().get_line(GetLineRequest { line: by_id(&line) }).await.unwrap().into_inner();
            assert_eq!(Some(line), itself.line);
        }

        house.lines.start_view_over().await.unwrap();
        house.listed().await;
        // A batch that was on its way may have been counted last.
        until(|| async {
            house.manager().list_lines(ListLinesRequest::default()).await.unwrap().into_inner().lines.len() == 2
        }).await;
        let mut after = house.manager().list_lines(ListLinesRequest::default()).await.unwrap().into_inner().lines;
        before.sort_by(|a, b| a.line_id.cmp(&b.line_id));
        after.sort_by(|a, b| a.line_id.cmp(&b.line_id));
        assert_eq!(before, after, "a rebuilt view is the same view");
    }
}
