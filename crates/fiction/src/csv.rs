//! The base as CSV files, as `vigie base import` reads them.

use std::io::{self, Write};

use crate::operator::Operator;

/// What is between several values in one field.
const SEVERAL: &str = "|";

/// A file of a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Teams.
    Desks,
    /// Where teams are reached.
    ContactPoints,
    /// Who faces customers.
    Staff,
    /// What they passed.
    Trainings,
    /// When they are away.
    Absences,
    /// Who leaves.
    Leavings,
    /// Groups, companies, sites.
    Accounts,
    /// Whose account manager is who.
    Assignments,
    /// People of accounts; by far the most.
    People,
}

impl Table {
    /// Every file, in an order in which nothing refers to what comes later.
    pub const ALL: [Self; 9] = [
        Self::Desks,
        Self::ContactPoints,
        Self::Staff,
        Self::Trainings,
        Self::Absences,
        Self::Leavings,
        Self::Accounts,
        Self::Assignments,
        Self::People,
    ];

    /// Name of the file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Desks => "desks.csv",
            Self::ContactPoints => "contact_points.csv",
            Self::Staff => "staff.csv",
            Self::Trainings => "trainings.csv",
            Self::Absences => "absences.csv",
            Self::Leavings => "leavings.csv",
            Self::Accounts => "accounts.csv",
            Self::People => "people.csv",
            Self::Assignments => "assignments.csv",
        }
    }

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Desks => &[
                "key",
                "name",
                "purpose",
                "segments",
                "businesses_only",
                "skills",
                "languages",
                "regions",
                "countries",
                "time_zone",
                "holiday_zone",
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
                "public_holidays",
                "exceptions",
                "overflow_key",
                "rank",
            ],
            Self::ContactPoints => &[
                "key",
                "desk_key",
                "channel",
                "number",
                "short_code",
                "from_abroad_number",
                "address",
                "tariff_class",
                "tariff_label",
                "segments",
                "for_end_users",
                "valid_from",
            ],
            Self::Staff => &[
                "key",
                "user_id",
                "name",
                "account_manager",
                "skills",
                "languages",
                "regions",
                "email",
                "number",
                "desk_key",
            ],
            Self::Trainings => &["staff_key", "code", "passed_at", "valid_until"],
            Self::Absences => &["staff_key", "from", "until", "cover_key"],
            Self::Leavings => &["staff_key", "leaves_at", "deputy_key"],
            Self::Accounts => &[
                "key",
                "level",
                "parent_key",
                "name",
                "siren",
                "siret",
                "segments",
                "language",
                "address",
                "postal_code",
                "town",
                "commune",
                "countries",
                "customer_since",
            ],
            Self::People => &[
                "key",
                "account_key",
                "user_id",
                "given_name",
                "family_name",
                "roles",
                "language",
                "email",
                "numbers",
            ],
            Self::Assignments => &["account_key", "manager_key", "from", "until"],
        }
    }
}

impl Operator {
    /// Writes a file, its header in front. Returns how many rows it has.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, table: Table, to: &mut impl Write) -> io::Result<u64> {
        let mut sheet = Sheet { to, rows: 0 };
        sheet.line(table.columns().iter().copied())?;
        match table {
            Table::Desks => self.write_desks(&mut sheet)?,
            Table::ContactPoints => self.write_contact_points(&mut sheet)?,
            Table::Staff => self.write_staff(&mut sheet)?,
            Table::Trainings => {
                for it in self.trainings() {
                    sheet.row(&[
                        &it.staff_key,
                        it.code,
                        &it.passed_on.to_string(),
                        &it.valid_until.to_string(),
                    ])?;
                }
            }
            Table::Absences => {
                for it in self.absences() {
                    let (from, until) = (it.from.to_string(), it.until.to_string());
                    sheet.row(&[
                        &it.staff_key,
                        &from,
                        &until,
                        it.cover_key.as_deref().unwrap_or_default(),
                    ])?;
                }
            }
            Table::Leavings => {
                for it in self.leavings() {
                    let deputy = it.deputy_key.as_deref().unwrap_or_default();
                    sheet.row(&[&it.staff_key, &it.leaves_on.to_string(), deputy])?;
                }
            }
            Table::Accounts => self.write_accounts(&mut sheet)?,
            Table::People => self.write_people(&mut sheet)?,
            Table::Assignments => {
                for it in self.assignments() {
                    let until = it.until.map(|until| until.to_string()).unwrap_or_default();
                    sheet.row(&[&it.account_key, &it.manager_key, &it.from.to_string(), &until])?;
                }
            }
        }
        Ok(sheet.rows)
    }

    fn write_desks(&self, sheet: &mut Sheet<'_, impl Write>) -> io::Result<()> {
        for it in self.desks() {
            let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = it.hours.week;
            let exceptions: Vec<_> = it
                .hours
                .exceptions
                .iter()
                .map(|(day, windows, why)| format!("{day} {windows} {why}"))
                .collect();
            sheet.row(&[
                it.key,
                &it.name,
                it.purpose,
                &it.segments.join(SEVERAL),
                yes_or_no(it.businesses_only),
                &it.skills.join(SEVERAL),
                &it.languages.join(SEVERAL),
                &it.regions.join(SEVERAL),
                &it.countries.join(SEVERAL),
                it.hours.time_zone,
                it.hours.holiday_zone,
                monday,
                tuesday,
                wednesday,
                thursday,
                friday,
                saturday,
                sunday,
                it.hours.holidays,
                &exceptions.join(SEVERAL),
                it.overflow_key.unwrap_or_default(),
                &it.rank.to_string(),
            ])?;
        }
        Ok(())
    }

    fn write_contact_points(&self, sheet: &mut Sheet<'_, impl Write>) -> io::Result<()> {
        for it in self.contact_points() {
            sheet.row(&[
                &it.key,
                it.desk_key,
                it.channel,
                &it.telephone,
                it.short_code,
                &it.from_abroad,
                &it.address,
                it.tariff_class,
                it.tariff_label,
                &it.segments.join(SEVERAL),
                yes_or_no(it.for_end_users),
                &it.valid_from.to_string(),
            ])?;
        }
        Ok(())
    }

    fn write_staff(&self, sheet: &mut Sheet<'_, impl Write>) -> io::Result<()> {
        for it in self.staff() {
            let skills: Vec<_> = it
                .skills
                .iter()
                .map(|skill| match skill.valid_until {
                    Some(until) => format!("{}@{until}", skill.code),
                    None => skill.code.to_owned(),
                })
                .collect();
            sheet.row(&[
                &it.key,
                &it.user_id,
                &it.name,
                yes_or_no(it.is_account_manager),
                &skills.join(SEVERAL),
                &it.languages.join(SEVERAL),
                &it.regions.join(SEVERAL),
                &it.email,
                &it.telephone,
                it.desk_key,
            ])?;
        }
        Ok(())
    }

    fn write_accounts(&self, sheet: &mut Sheet<'_, impl Write>) -> io::Result<()> {
        for it in self.accounts() {
            let address = it.address.as_ref();
            sheet.row(&[
                &it.key,
                it.level,
                it.parent_key.as_deref().unwrap_or_default(),
                &it.name,
                it.siren.as_deref().unwrap_or_default(),
                it.siret.as_deref().unwrap_or_default(),
                &it.segments.join(SEVERAL),
                it.language.unwrap_or_default(),
                address.map_or("", |address| &address.line),
                address.map_or("", |address| address.postal_code),
                address.map_or("", |address| address.town),
                address.map_or("", |address| address.commune),
                &it.countries.join(SEVERAL),
                &it.customer_since.to_string(),
            ])?;
        }
        Ok(())
    }

    fn write_people(&self, sheet: &mut Sheet<'_, impl Write>) -> io::Result<()> {
        for it in self.people() {
            sheet.row(&[
                &it.key,
                &it.account_key,
                &it.user_id,
                it.given_name,
                &it.family_name,
                &it.roles.join(SEVERAL),
                it.language.unwrap_or_default(),
                &it.email,
                &it.numbers.join(SEVERAL),
            ])?;
        }
        Ok(())
    }
}

const fn yes_or_no(it: bool) -> &'static str {
    if it { "yes" } else { "no" }
}

/// A file being written.
struct Sheet<'a, W> {
    to: &'a mut W,
    rows: u64,
}

impl<W: Write> Sheet<'_, W> {
    fn row(&mut self, fields: &[&str]) -> io::Result<()> {
        self.rows += 1;
        self.line(fields.iter().copied())
    }

    /// RFC 4180, with the line end that every tool takes.
    fn line<'f>(&mut self, fields: impl Iterator<Item = &'f str>) -> io::Result<()> {
        for (place, field) in fields.enumerate() {
            if place > 0 {
                self.to.write_all(b",")?;
            }
            if field.contains([',', '"', '\n', '\r']) {
                write!(self.to, "\"{}\"", field.replace('"', "\"\""))?;
            } else {
                self.to.write_all(field.as_bytes())?;
            }
        }
        self.to.write_all(b"\n")
    }
}
