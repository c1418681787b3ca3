//! The operator's side: teams, where they are reached, and account managers.

use uuid::Uuid;
use vigie_proto::routing::{
    Absence, ContactChannel, ContactPoint, DayHours, Desk, DeskPurpose, GetStaffRequest, Language,
    OpeningHours, PlanAbsenceRequest, PublishContactPointRequest, RecordTrainingRequest, RegisterDeskRequest,
    RegisterStaffRequest, Segment, Staff, TariffClass, Training,
};

use super::at;
use super::days::Days;
use crate::client::{Client, prompt};
use crate::demo::fiction;
use crate::error::Error;

/// Days of a week.
const DAYS: usize = 7;

/// A team and its telephone.
struct Team {
    name: &'static str,
    purpose: DeskPurpose,
    segments: &'static [Segment],
    skills: &'static [&'static str],
    /// From Monday on; a day that is missing is closed.
    hours: &'static [&'static str],
    number: &'static str,
}

const OFFICE: &[&str] = &["08:30-18:30"; 5];
const SHOP: &[&str] = &["08:00-20:00"; 6];
const ALWAYS: &[&str] = &["00:00-24:00"; DAYS];

const TEAMS: [Team; 6] = [
    Team {
        name: LARGE_ACCOUNTS,
        purpose: DeskPurpose::Sales,
        segments: &[Segment::LargeAccount],
        skills: &["large-account"],
        hours: OFFICE,
        number: "+33199001010",
    },
    Team {
        name: BUSINESSES,
        purpose: DeskPurpose::Sales,
        segments: &[Segment::SmeFleet, Segment::BusinessFixed],
        skills: &["sme-fleet", "business-fixed"],
        hours: OFFICE,
        number: "+33199001020",
    },
    Team {
        name: "Mobile fleets",
        purpose: DeskPurpose::Technical,
        segments: &[Segment::SmeFleet],
        skills: &["technical", "sme-fleet"],
        hours: SHOP,
        number: "+33199001030",
    },
    Team {
        name: "Fixed services",
        purpose: DeskPurpose::Technical,
        segments: &[Segment::BusinessFixed],
        skills: &["technical", "business-fixed"],
        hours: SHOP,
        number: "+33199001040",
    },
    Team {
        name: "Mobile users",
        purpose: DeskPurpose::EndUser,
        segments: &[],
        skills: &[],
        hours: SHOP,
        number: "+33199001050",
    },
    Team {
        name: "Lost and stolen",
        purpose: DeskPurpose::Technical,
        segments: &[],
        skills: &["loss-theft"],
        hours: ALWAYS,
        number: "+33199001060",
    },
];

const LARGE_ACCOUNTS: &str = "Large accounts";
const BUSINESSES: &str = "Businesses";

/// An account manager.
pub(super) struct Manager {
    pub(super) name: &'static str,
    desk: &'static str,
    number: &'static str,
}

/// Of the large account; goes on leave.
pub(super) const MATHILDE: Manager =
    Manager { name: "Mathilde Escoffier", desk: LARGE_ACCOUNTS, number: "+33199001111" };
/// Who covers.
pub(super) const JORIS: Manager =
    Manager { name: "Joris Lamotte", desk: LARGE_ACCOUNTS, number: "+33199001112" };
/// Of all others.
pub(super) const YASMINE: Manager =
    Manager { name: "Yasmine Orsoni", desk: BUSINESSES, number: "+33199001121" };

impl Manager {
    pub(super) fn id(&self) -> Uuid {
        fiction::id(&format!("staff/{}", self.name))
    }
}

/// Registers teams and staff; those of an interrupted first start are there already.
pub(super) async fn open(operator: &Client, days: &Days) -> Result<(), Error> {
    for team in &TEAMS {
        open_team(operator, team).await?;
    }
    for manager in [MATHILDE, JORIS, YASMINE] {
        engage(operator, days, &manager).await?;
    }
    Ok(())
}

async fn open_team(operator: &Client, team: &Team) -> Result<(), Error> {
    let desk_id = desk_id(team.name);
    let desk = Desk {
        desk_id: desk_id.clone(),
        name: team.name.to_owned(),
        purpose: team.purpose.into(),
        segments: team.segments.iter().map(|segment| (*segment).into()).collect(),
        businesses_only: team.purpose != DeskPurpose::EndUser,
        skills: team.skills.iter().map(|skill| (*skill).to_owned()).collect(),
        languages: vec![Language::French.into(), Language::English.into()],
        hours: Some(hours(team.hours)),
        ..Desk::default()
    };
    let request = RegisterDeskRequest { request_id: id("desk", team.name), desk: Some(desk) };
    operator.desks().register_desk(prompt(request)).await?;

    let is_free = team.purpose == DeskPurpose::EndUser;
    let (class, label) = if is_free {
        (TariffClass::Free, "Service & appel gratuits")
    } else {
        (TariffClass::Normal, "Prix d'un appel")
    };
    let contact_point = ContactPoint {
        contact_point_id: id("contact point", team.name),
        desk_id,
        channel: ContactChannel::Phone.into(),
        number: team.number.to_owned(),
        // A number that is free here cannot be called from abroad.
        from_abroad_number: if is_free { "+33199001059".to_owned() } else { String::new() },
        tariff_class: class.into(),
        tariff_label: label.to_owned(),
        for_end_users: is_free,
        ..ContactPoint::default()
    };
    let request = PublishContactPointRequest {
        request_id: id("contact point published", team.name),
        contact_point: Some(contact_point),
    };
    operator.desks().publish_contact_point(prompt(request)).await?;
    Ok(())
}

fn hours(days: &[&str]) -> OpeningHours {
    let mut week = vec![DayHours::default(); DAYS];
    for (day, windows) in week.iter_mut().zip(days) {
        day.windows = vec![(*windows).to_owned()];
    }
    // Who never closes is there on public holidays too.
    let holidays = (days.len() < DAYS).then(DayHours::default);
    OpeningHours { time_zone: "Europe/Paris".to_owned(), week, holidays, ..OpeningHours::default() }
}

/// Registers an account manager, with the training that assignments ask for.
async fn engage(operator: &Client, days: &Days, manager: &Manager) -> Result<(), Error> {
    let staff_id = manager.id().to_string();
    let staff = Staff {
        staff_id: staff_id.clone(),
        name: manager.name.to_owned(),
        is_account_manager: true,
        languages: vec![Language::French.into(), Language::English.into()],
        number: manager.number.to_owned(),
        desk_id: desk_id(manager.desk),
        ..Staff::default()
    };
    let request =
        RegisterStaffRequest { request_id: id("staff registered", manager.name), staff: Some(staff) };
    operator.staff().register_staff(prompt(request)).await?;

    let training = Training {
        code: "account-manager".to_owned(),
        passed_at: at(days.of_year(-1, 1, 15)?),
        valid_until: at(days.of_year(1, 7, 15)?),
        ..Training::default()
    };
    let request = RecordTrainingRequest {
        request_id: id(&format!("training of {}", days.year()), manager.name),
        staff_id,
        training: Some(training),
    };
    operator.staff().record_training(prompt(request)).await?;
    Ok(())
}

/// Mathilde goes on leave, and Joris covers; unless that is planned already.
pub(super) async fn go_on_leave(operator: &Client, days: &Days) -> Result<(), Error> {
    let staff_id = MATHILDE.id().to_string();
    let request = GetStaffRequest { staff_id: staff_id.clone() };
    let staff = operator.staff().get_staff(prompt(request)).await?.into_inner().staff.unwrap_or_default();
    if !staff.absences.is_empty() {
        return Ok(());
    }
    let (from, until) = days.leave()?;
    let absence = Absence {
        from: at(from),
        until: at(until),
        cover_staff_id: JORIS.id().to_string(),
        ..Absence::default()
    };
    let request = PlanAbsenceRequest {
        request_id: id(&format!("leave from {from}"), MATHILDE.name),
        staff_id,
        absence: Some(absence),
    };
    operator.staff().plan_absence(prompt(request)).await?;
    Ok(())
}

fn desk_id(name: &str) -> String {
    id("team", name)
}

fn id(what: &str, name: &str) -> String {
    fiction::id(&format!("contacts/{what}/{name}")).to_string()
}
