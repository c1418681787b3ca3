//! Opening hours as they are written on the command line.

use std::str::FromStr;

use clap::Args;
use vigie_proto::routing::{DayHours, OpeningHours};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Some days and their windows: `mon-fri 09:00-12:30,14:00-18:00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// By place in the week, Monday first.
    days: Vec<usize>,
    windows: Vec<String>,
}

impl FromStr for Open {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str =
            "write DAYS WINDOWS, like \"mon-fri 09:00-12:30,14:00-18:00\" or \"sat 09:00-12:00\"";
        let (days, windows) = text.trim().split_once(' ').ok_or(FORM)?;
        let place = |day: &str| {
            DAYS.iter()
                .position(|known| day.eq_ignore_ascii_case(known))
                .ok_or_else(|| format!("{day:?} is no day; days are {}", DAYS.join(", ")))
        };
        let days = match days.split_once('-') {
            Some((first, last)) => (place(first)?..=place(last)?).collect(),
            None => days.split(',').map(place).collect::<Result<Vec<_>, _>>()?,
        };
        if days.is_empty() {
            return Err(FORM.to_owned());
        }
        // Whether the windows are possible is the service's to say: one rule, in one place.
        Ok(Self { days, windows: windows.split(',').map(|window| window.trim().to_owned()).collect() })
    }
}

/// What happens on public holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Holidays {
    Closed,
    AsUsual,
    Windows(Vec<String>),
}

impl FromStr for Holidays {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "closed" => Ok(Self::Closed),
            "as-usual" => Ok(Self::AsUsual),
            _ if text.contains(':') => {
                Ok(Self::Windows(text.split(',').map(|window| window.trim().to_owned()).collect()))
            }
            _ => Err("write closed, as-usual, or windows like 10:00-12:00".to_owned()),
        }
    }
}

impl Holidays {
    /// As the contract has it: nothing where they are as any day.
    fn to_proto(&self) -> Option<DayHours> {
        match self {
            Self::AsUsual => None,
            Self::Closed => Some(DayHours::default()),
            Self::Windows(windows) => Some(DayHours { windows: windows.clone() }),
        }
    }
}

/// A week that is closed but for what is given; later ones stand above earlier ones.
fn week(given: &[Open]) -> Vec<DayHours> {
    let mut week = vec![DayHours::default(); DAYS.len()];
    for open in given {
        for day in &open.days {
            if let Some(hours) = week.get_mut(*day) {
                hours.windows.clone_from(&open.windows);
            }
        }
    }
    week
}

/// When somebody answers.
#[derive(Args, Clone, Debug)]
pub(crate) struct HoursArgs {
    /// Days and their windows, like "mon-fri 09:00-12:30,14:00-18:00"; 22:00-06:00 ends the day after; may be repeated, and
    /// later ones stand above earlier ones [default: mon-sun 00:00-24:00]
    #[arg(long, value_name = "DAYS WINDOWS")]
    pub(crate) open: Vec<Open>,
    /// Where the clock that they are written by hangs
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris")]
    pub(crate) time_zone: String,
    /// On public holidays: closed, as-usual, or windows; [default: closed, and as-usual where it never closes]
    #[arg(long, value_name = "WHAT")]
    pub(crate) holidays: Option<Holidays>,
    /// Whose public holidays: metropole, alsace-moselle, martinique, …
    #[arg(long, value_name = "ZONE", default_value = "metropole")]
    pub(crate) holiday_zone: String,
}

impl HoursArgs {
    pub(crate) fn to_proto(&self) -> OpeningHours {
        let always = self.open.is_empty();
        let whole_day = || DayHours { windows: vec!["00:00-24:00".to_owned()] };
        let week = if always { vec![whole_day(); DAYS.len()] } else { week(&self.open) };
        let usual = if always { Holidays::AsUsual } else { Holidays::Closed };
        let holidays = self.holidays.clone().unwrap_or(usual).to_proto();
        OpeningHours {
            time_zone: self.time_zone.clone(),
            holiday_zone: self.holiday_zone.clone(),
            week,
            holidays,
            ..OpeningHours::default()
        }
    }
}

/// What changes of opening hours.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ChangeHoursArgs {
    /// Another week, like "mon-fri 09:00-12:30,14:00-18:00"; days that are not named are closed; may be repeated, and later
    /// ones stand above earlier ones
    #[arg(long, value_name = "DAYS WINDOWS", group = "change")]
    pub(crate) open: Vec<Open>,
    /// Where the clock that they are written by hangs
    #[arg(long, value_name = "ZONE", group = "change")]
    pub(crate) time_zone: Option<String>,
    /// On public holidays: closed, as-usual, or windows
    #[arg(long, value_name = "WHAT", group = "change")]
    pub(crate) holidays: Option<Holidays>,
    /// Whose public holidays: metropole, alsace-moselle, martinique, …
    #[arg(long, value_name = "ZONE", group = "change")]
    pub(crate) holiday_zone: Option<String>,
}

impl ChangeHoursArgs {
    /// Changes what is given; days that are not as their weekday stay.
    pub(crate) fn apply(&self, hours: &mut OpeningHours) {
        if !self.open.is_empty() {
            hours.week = week(&self.open);
        }
        if let Some(zone) = &self.time_zone {
            hours.time_zone.clone_from(zone);
        }
        if let Some(holidays) = &self.holidays {
            hours.holidays = holidays.to_proto();
        }
        if let Some(zone) = &self.holiday_zone {
            hours.holiday_zone.clone_from(zone);
            // The version was one of the other zone's.
            hours.calendar_version = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(open: &[&str], holidays: Option<&str>) -> HoursArgs {
        HoursArgs {
            open: open.iter().map(|open| open.parse().unwrap()).collect(),
            time_zone: "Europe/Paris".into(),
            holidays: holidays.map(|holidays| holidays.parse().unwrap()),
            holiday_zone: "metropole".into(),
        }
    }

    fn shown(hours: &OpeningHours) -> Vec<String> {
        hours.week.iter().map(|day| day.windows.join(" ")).collect()
    }

    #[test]
    fn days_are_given_by_range_or_by_name_and_later_ones_stand_above() {
        let hours =
            arguments(&["mon-fri 09:00-12:30,14:00-18:00", "fri 09:00-12:00", "sat,sun 10:00-11:00"], None)
                .to_proto();
        let split = "09:00-12:30 14:00-18:00";
        assert_eq!(shown(&hours), [split, split, split, split, "09:00-12:00", "10:00-11:00", "10:00-11:00"]);
        assert_eq!(hours.holidays, Some(DayHours::default()), "closed");
    }

    #[test]
    fn who_never_closes_is_there_on_public_holidays_too() {
        let hours = arguments(&[], None).to_proto();
        assert_eq!((shown(&hours), hours.holidays), (vec!["00:00-24:00".to_owned(); 7], None));
        let holidays = arguments(&[], Some("10:00-12:00")).to_proto().holidays;
        assert_eq!(holidays.unwrap().windows, ["10:00-12:00"]);
    }

    #[test]
    fn a_change_of_hours_leaves_what_is_not_given() {
        let mut hours =
            OpeningHours { calendar_version: 3, ..arguments(&["mon-fri 09:00-12:00"], None).to_proto() };
        let before = hours.clone();
        ChangeHoursArgs::default().apply(&mut hours);
        assert_eq!(hours, before);
        let open = vec!["sat 10:00-11:00".parse().unwrap()];
        ChangeHoursArgs { open, ..ChangeHoursArgs::default() }.apply(&mut hours);
        assert_eq!(shown(&hours), ["", "", "", "", "", "10:00-11:00", ""]);
        assert_eq!((&hours.holidays, hours.calendar_version), (&before.holidays, 3));
        let zone = Some("martinique".to_owned());
        ChangeHoursArgs { holiday_zone: zone, ..ChangeHoursArgs::default() }.apply(&mut hours);
        assert_eq!((hours.holiday_zone.as_str(), hours.calendar_version), ("martinique", 0));
    }

    #[test]
    fn what_is_no_day_is_refused_by_name() {
        for bad in ["mon-fri", "mo-fr 09:00-12:00", "fri-mon 09:00-12:00", ""] {
            assert!(bad.parse::<Open>().is_err(), "{bad}");
        }
        assert!("lun 09:00-12:00".parse::<Open>().unwrap_err().contains("lun"));
        assert!("never".parse::<Holidays>().is_err());
    }
}
