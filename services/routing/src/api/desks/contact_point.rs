//! A contact point as a request gives it.

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Calendars;
use vigie_command::field;
use vigie_proto::routing::{self as wire, ContactChannel, ContactPoint};

use super::super::hours::hours;
use super::super::{house, wire as fields};
use crate::domain::contact_point::{
    Content, Phone, Reach, ShortCode, Tariff, TariffClass, TariffError, WebAddress,
};
use crate::domain::{E164, MailAddress};

/// Bytes of an address.
const ADDRESS_BYTES_MAX: usize = 254;

/// What a version says. Each channel has its own fields, and those of another are a mistake.
pub(in crate::api) fn content(point: &ContactPoint, calendars: &Calendars) -> Result<Content, Refusal> {
    let announced = point.announced_hours.as_ref();
    let announced = announced.map(|asked| hours("contact_point.announced_hours", asked, calendars));
    Ok(Content {
        desk_id: field::id("contact_point.desk_id", &point.desk_id)?,
        reach: reach(point)?,
        segments: house::segments("contact_point.segments", &point.segments)?,
        for_end_users: point.for_end_users,
        announced_hours: announced.transpose()?,
    })
}

fn reach(point: &ContactPoint) -> Result<Reach, Refusal> {
    const ADDRESS: &str = "contact_point.address";
    let address = || {
        no_phone(point)?;
        field::required_text(ADDRESS, &point.address, ADDRESS_BYTES_MAX)
    };
    let web = || WebAddress::parse(&address()?).map_err(|error| house::malformed(ADDRESS, &error));
    let channel = ContactChannel::try_from(point.channel)
        .map_err(|_| fields::unknown("contact_point.channel", "a channel"))?;
    Ok(match channel {
        ContactChannel::Unspecified => {
            return Err(field::missing("contact_point.channel", "how contacts arrive"));
        }
        ContactChannel::Phone => Reach::Phone(phone(point)?),
        ContactChannel::Email => Reach::Email {
            address: MailAddress::parse(&address()?)
                .map_err(|error| field::wrong(Reason::BadMailAddress, ADDRESS, &error))?,
        },
        ContactChannel::Chat => Reach::Chat { address: web()? },
        ContactChannel::Extranet => Reach::Extranet { address: web()? },
        ContactChannel::Post => Reach::Post { address: one_line(ADDRESS, address()?)? },
    })
}

fn phone(point: &ContactPoint) -> Result<Phone, Refusal> {
    if !point.address.is_empty() {
        return Err(house::malformed("contact_point.address", &"a telephone has a number and no address"));
    }
    let required = |name: &str, text: &str| {
        number(name, text)?.ok_or_else(|| field::missing(name, "the number to call, E.164"))
    };
    let class = tariff_class(point.tariff_class)?
        .ok_or_else(|| field::missing("contact_point.tariff_class", "what a call costs"))?;
    field::text("contact_point.tariff_label", &point.tariff_label, Tariff::LABEL_BYTES_MAX)?;
    let tariff = Tariff::new(class, &point.tariff_label).map_err(|error: TariffError| {
        field::wrong(Reason::TariffContradictsLabel, "contact_point.tariff_label", &error)
    })?;
    let short_code =
        field::optional_text("contact_point.short_code", &point.short_code, field::TEXT_MAX_BYTES)?;
    let short_code = short_code.map(|code| ShortCode::parse(&code)).transpose();
    let short_code = short_code.map_err(|error| house::malformed("contact_point.short_code", &error))?;
    let called = required("contact_point.number", &point.number)?;
    let from_abroad = number("contact_point.from_abroad_number", &point.from_abroad_number)?;
    Phone::new(called, short_code, from_abroad, tariff)
        .map_err(|error| house::malformed("contact_point.from_abroad_number", &error))
}

fn number(name: &str, text: &str) -> Result<Option<E164>, Refusal> {
    if text.is_empty() { Ok(None) } else { fields::number(name, text).map(Some) }
}

fn tariff_class(number: i32) -> Result<Option<TariffClass>, Refusal> {
    use wire::TariffClass as Wire;
    Ok(Some(match Wire::try_from(number) {
        Ok(Wire::Unspecified) => return Ok(None),
        Ok(Wire::Free) => TariffClass::Free,
        Ok(Wire::Normal) => TariffClass::Normal,
        Ok(Wire::Surcharged) => TariffClass::Surcharged,
        Err(_) => return Err(fields::unknown("contact_point.tariff_class", "a class of tariff")),
    }))
}

/// What is not a telephone has no number and no tariff.
fn no_phone(point: &ContactPoint) -> Result<(), Refusal> {
    let texts = [&point.number, &point.short_code, &point.from_abroad_number, &point.tariff_label];
    if texts.iter().all(|text| text.is_empty()) && tariff_class(point.tariff_class)?.is_none() {
        return Ok(());
    }
    Err(house::malformed("contact_point", &"only a telephone has a number, a short code and a tariff"))
}

/// An address goes into letters and mails: no line of it ends early.
fn one_line(name: &str, text: String) -> Result<String, Refusal> {
    if text.chars().any(char::is_control) {
        return Err(house::malformed(name, &"one line, without control characters"));
    }
    Ok(text)
}
