//! The first morning: people, teams and customers.

use std::time::Duration;

use vigie_proto::lines::line_service_client::LineServiceClient;
use vigie_proto::lines::{LineEntry, RegisterLineRequest};
use vigie_proto::routing::account_service_client::AccountServiceClient;
use vigie_proto::routing::desk_service_client::DeskServiceClient;
use vigie_proto::routing::staff_service_client::StaffServiceClient;
use vigie_proto::routing::*;

use super::{advisor, operator};
use crate::year::diary::{self, Customer, Level, Member, Place, Plan};
use crate::year::house::{id, wire};
use crate::year::post::Mailbox;
use crate::year::{DAY, Year};

/// Account managers; the last two have no accounts yet.
const MANAGERS: usize = 7;

const COMPANIES_OF_A_GROUP: usize = 3;
const OTHER_COMPANIES: usize = 8;
const LINES: u64 = 4;

/// The groups: whether one manager serves all of its companies.
const IS_SERVED_AS_A_WHOLE: [bool; 3] = [true, false, true];

impl Year {
    /// Opens the operator: each thing a second after the one before.
    pub(in crate::year) async fn open_shop(&mut self) {
        for number in 0..MANAGERS {
            self.member(&format!("Manager {number}"), true).await;
            self.first_training(number).await;
        }
        let agent = self.member("Agent", false).await;
        self.cast.agent = self.diary.staff[agent].id.to_string();
        self.desks().await;
        for (number, is_served_as_a_whole) in IS_SERVED_AS_A_WHOLE.into_iter().enumerate() {
            let group = self.customer(Level::Group, None, diary::Segment::Large).await;
            self.person(group, PersonRole::AccountAdministrator, Mailbox::Good).await;
            if is_served_as_a_whole {
                self.assign(group, number, None).await;
            }
            for _ in 0..COMPANIES_OF_A_GROUP {
                let company = self.customer(Level::Company, Some(group), diary::Segment::Large).await;
                self.usual_people(company).await;
                if !is_served_as_a_whole || self.dice.chance(25) {
                    self.give(company).await;
                }
                if self.dice.chance(40) {
                    let site = self.customer(Level::Site, Some(company), diary::Segment::Large).await;
                    if self.dice.chance(30) {
                        self.give(site).await;
                    }
                }
            }
        }
        for number in 0..OTHER_COMPANIES {
            let segment = if number % 3 == 0 { diary::Segment::Fixed } else { diary::Segment::Fleet };
            let company = self.customer(Level::Company, None, segment).await;
            if number == 0 {
                self.person(company, PersonRole::AccountAdministrator, Mailbox::Refuses).await;
                self.person(company, PersonRole::FleetManager, Mailbox::Bounces(5)).await;
                self.cast.unreachable = Some(company);
            } else {
                self.usual_people(company).await;
            }
            self.give(company).await;
        }
        for number in 1..=LINES {
            self.line(number).await;
        }
    }

    /// A second later. What was done has no consequences that depend on when: so they may all come together.
    fn later(&self) {
        self.house.clock.advance(Duration::from_secs(1));
    }

    /// All at rest, and a second later.
    pub(super) async fn next_second(&mut self) {
        self.settle().await;
        self.house.clock.advance(Duration::from_secs(1));
        self.settle().await;
    }

    async fn member(&mut self, name: &str, is_manager: bool) -> usize {
        let staff = Staff {
            name: name.to_owned(),
            is_account_manager: is_manager,
            languages: vec![Language::French.into()],
            email: format!("{}@operateur.exemple", name.to_lowercase().replace(' ', "-")),
            ..Staff::default()
        };
        let request = RegisterStaffRequest { request_id: self.house.fresh(), staff: Some(staff) };
        let mut client = StaffServiceClient::new(self.house.door(&operator()));
        let staff = client.register_staff(request).await.unwrap().into_inner().staff.unwrap();
        let (trainings, absences, leavings) = (Vec::new(), Vec::new(), Vec::new());
        self.diary.staff.push(Member { id: id(&staff.staff_id), is_manager, trainings, absences, leavings });
        self.later();
        self.diary.staff.len() - 1
    }

    /// Passed some time ago, and over sometime in the year.
    async fn first_training(&mut self, staff: usize) {
        let passed_at = self.now().minus(DAY * 200);
        let until = self.now().plus(self.dice.millis(40 * 86_400_000..390 * 86_400_000));
        self.record_training(staff, passed_at, until).await;
        self.later();
    }

    async fn desks(&mut self) {
        let usual = [
            (DeskPurpose::Administrative, Some(Segment::LargeAccount), "large-account"),
            (DeskPurpose::Administrative, Some(Segment::SmeFleet), "sme-fleet"),
            (DeskPurpose::Administrative, Some(Segment::BusinessFixed), "business-fixed"),
            (DeskPurpose::EndUser, None, "end-users"),
        ];
        for (number, (purpose, segment, skill)) in usual.into_iter().enumerate() {
            let day = DayHours { windows: vec!["08:00-20:00".to_owned()] };
            let hours = OpeningHours {
                time_zone: "Europe/Paris".to_owned(),
                week: vec![day; 7],
                ..OpeningHours::default()
            };
            let desk = Desk {
                name: skill.to_owned(),
                purpose: purpose.into(),
                segments: segment.into_iter().map(i32::from).collect(),
                businesses_only: true,
                skills: vec![skill.to_owned()],
                languages: vec![Language::French.into()],
                hours: Some(hours),
                ..Desk::default()
            };
            let request = RegisterDeskRequest { request_id: self.house.fresh(), desk: Some(desk) };
            let mut client = DeskServiceClient::new(self.house.door(&operator()));
            let desk = client.register_desk(request).await.unwrap().into_inner().desk.unwrap();
            self.cast.desks[number] = desk.desk_id;
            self.later();
            self.publish(number, 0).await;
            self.later();
        }
    }

    /// An account, and where it is: groups are nowhere.
    pub(super) async fn customer(
        &mut self,
        level: Level,
        parent: Option<usize>,
        segment: diary::Segment,
    ) -> usize {
        let place = (level != Level::Group).then(|| *self.dice.pick(&Place::ALL));
        self.cast.companies += 1;
        let number = self.cast.companies;
        let siren = with_check_digit(&format!("{:08}", 10_000_000 + number));
        let entry = AccountEntry {
            level: match level {
                Level::Group => AccountLevel::Group,
                Level::Company => AccountLevel::Company,
                Level::Site => AccountLevel::Site,
            }
            .into(),
            parent_account_id: parent.map(|one| self.diary.customers[one].id.to_string()).unwrap_or_default(),
            name: format!("Exemple {number}"),
            siren: if level == Level::Company { siren.clone() } else { String::new() },
            siret: match (level, parent) {
                (Level::Site, Some(parent)) => {
                    with_check_digit(&format!("{}{:04}", self.diary.customers[parent].siren, number))
                }
                _ => String::new(),
            },
            segments: vec![super::customers::on_wire(segment).into()],
            address: place.map(super::customers::address),
            ..AccountEntry::default()
        };
        let request = RegisterAccountRequest { request_id: self.house.fresh(), account: Some(entry) };
        let mut client = AccountServiceClient::new(self.house.door(&advisor()));
        let account = client.register_account(request).await.unwrap().into_inner().account.unwrap();
        let (now, account_id) = (self.now(), id(&account.account_id));
        self.diary.customers.push(Customer {
            id: account_id,
            level,
            siren,
            since: now,
            parents: vec![(now, parent)],
            places: vec![(now, place)],
            segments: vec![(now, segment)],
            closed: None,
            administrator: None,
            fleet_manager: None,
            end_user: None,
        });
        let customer = self.diary.customers.len() - 1;
        if level == Level::Company {
            self.diary.plans.push(Plan::open(account_id, customer, now));
        }
        self.next_second().await;
        customer
    }

    /// An administrator, mostly somebody else besides, and somebody with a phone.
    pub(super) async fn usual_people(&mut self, company: usize) {
        let mailbox = match self.dice.below(10) {
            0 => Mailbox::Refuses,
            1 => Mailbox::Bounces(3),
            2 => Mailbox::Bounces(20),
            3 => Mailbox::Bounces(30),
            _ => Mailbox::Good,
        };
        self.person(company, PersonRole::AccountAdministrator, mailbox).await;
        if self.dice.chance(70) {
            let mailbox = if self.dice.chance(20) { Mailbox::Bounces(23) } else { Mailbox::Good };
            self.person(company, PersonRole::FleetManager, mailbox).await;
        }
        self.person(company, PersonRole::EndUser, Mailbox::Good).await;
    }

    async fn person(&mut self, customer: usize, role: PersonRole, mailbox: Mailbox) {
        self.cast.people += 1;
        let number = self.cast.people;
        let person = Person {
            account_id: self.diary.customers[customer].id.to_string(),
            user_id: format!("user-{number}"),
            given_name: "Marie".to_owned(),
            family_name: format!("Durand {number}"),
            roles: vec![role.into()],
            email: mailbox.address(number),
            ..Person::default()
        };
        let request = RegisterPersonRequest { request_id: self.house.fresh(), person: Some(person) };
        let mut client = AccountServiceClient::new(self.house.door(&advisor()));
        let person = client.register_person(request).await.unwrap().into_inner().person.unwrap();
        let person_id = id(&person.person_id);
        let own = &mut self.diary.customers[customer];
        match role {
            PersonRole::EndUser => own.end_user = Some(person_id),
            PersonRole::FleetManager => own.fleet_manager = Some(mailbox),
            _ => own.administrator = Some(mailbox),
        }
        self.later();
    }

    /// Gives an account to one of those who have some.
    async fn give(&mut self, customer: usize) {
        let staff = self.dice.below(MANAGERS - 2);
        self.assign(customer, staff, None).await;
        self.next_second().await;
    }

    async fn line(&mut self, number: u64) {
        let companies: Vec<_> =
            self.diary.customers.iter().filter(|one| one.level == Level::Company).map(|one| one.id).collect();
        let account = *self.dice.pick(&companies);
        let (imsi, msisdn) = (format!("{}", 208_010_000_000_000_u64 + number), format!("+336{number:08}"));
        self.house.register.provision(&imsi, Some(&msisdn)).unwrap();
        let iccid = format!("{}", 893_301_000_000_000_000_u64 + number);
        let entry = LineEntry {
            account_id: account.to_string(),
            msisdn,
            imsi,
            iccid: with_check_digit(&iccid),
            account_holder: "Exemple".to_owned(),
            user_id: format!("phone-{number}"),
            imei: with_check_digit(&format!("4901542032{number:04}")),
            ..LineEntry::default()
        };
        let request = RegisterLineRequest { request_id: self.house.fresh(), line: Some(entry) };
        let mut client = LineServiceClient::new(self.house.door(&super::service::crm(account)));
        let line = client.register_line(request).await.unwrap().into_inner().line.unwrap();
        self.cast.lines.push((id(&line.line_id), account));
        self.later();
    }

    /// Records a training.
    pub(super) async fn record_training(
        &mut self,
        staff: usize,
        passed_at: vigie_clock::Timestamp,
        valid_until: vigie_clock::Timestamp,
    ) {
        let training = Training {
            code: "account-manager".to_owned(),
            passed_at: wire(passed_at),
            valid_until: wire(valid_until),
            ..Training::default()
        };
        let request = RecordTrainingRequest {
            request_id: self.house.fresh(),
            staff_id: self.diary.staff[staff].id.to_string(),
            training: Some(training),
        };
        StaffServiceClient::new(self.house.door(&operator())).record_training(request).await.unwrap();
        let recorded_at = self.now();
        self.diary.staff[staff].trainings.push(diary::Training { passed_at, valid_until, recorded_at });
    }
}

/// The one digit more that makes the whole check, found by trying.
fn with_check_digit(body: &str) -> String {
    let checks = |digits: &str| {
        let weigh = |(place, digit): (usize, char)| {
            let weighed = digit.to_digit(10).unwrap() * (1 + u32::from(place % 2 == 1));
            weighed / 10 + weighed % 10
        };
        digits.chars().rev().enumerate().map(weigh).sum::<u32>() % 10 == 0
    };
    (0..10).map(|last| format!("{body}{last}")).find(|whole| checks(whole)).unwrap()
}
