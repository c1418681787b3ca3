//! The operator's sales territories.

/// A part of the country that has its own account managers and its own regional team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Territory {
    IleDeFrance,
    North,
    East,
    West,
    SouthWest,
    SouthEast,
    IndianOcean,
    Antilles,
}

use Territory::{Antilles, East, IleDeFrance, IndianOcean, North, SouthEast, SouthWest, West};

impl Territory {
    pub(crate) const ALL: [Self; 8] =
        [IleDeFrance, North, East, West, SouthWest, SouthEast, IndianOcean, Antilles];

    /// INSEE codes of its régions; the Pacific is served from the Indian Ocean, whose day begins first.
    pub(crate) const fn regions(self) -> &'static [&'static str] {
        match self {
            IleDeFrance => &["11"],
            North => &["28", "32"],
            East => &["27", "44"],
            West => &["24", "52", "53"],
            SouthWest => &["75", "76"],
            SouthEast => &["84", "93", "94"],
            IndianOcean => &["04", "06", "986", "987", "988"],
            Antilles => &["01", "02", "03", "975", "977", "978"],
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            IleDeFrance => "Île-de-France",
            North => "Nord et Normandie",
            East => "Est",
            West => "Ouest et Centre",
            SouthWest => "Sud-Ouest",
            SouthEast => "Sud-Est et Corse",
            IndianOcean => "Océan Indien et Pacifique",
            Antilles => "Antilles-Guyane",
        }
    }

    /// Key of its regional team.
    pub(crate) const fn desk_key(self) -> &'static str {
        match self {
            IleDeFrance => "commercial-idf",
            North => "commercial-nord",
            East => "commercial-est",
            West => "commercial-ouest",
            SouthWest => "commercial-sud-ouest",
            SouthEast => "commercial-sud-est",
            IndianOcean => "commercial-ocean-indien",
            Antilles => "commercial-antilles",
        }
    }

    /// Where its team's clock hangs (IANA), and whose public holidays it keeps.
    pub(crate) const fn clock(self) -> (&'static str, &'static str) {
        match self {
            IndianOcean => ("Indian/Reunion", "reunion"),
            Antilles => ("America/Martinique", "martinique"),
            East => ("Europe/Paris", "alsace-moselle"),
            _ => ("Europe/Paris", "metropole"),
        }
    }

    /// The part of the country that its landline numbers tell.
    pub(crate) const fn part(self) -> u8 {
        match self {
            IleDeFrance => 1,
            West | IndianOcean => 2,
            North | East => 3,
            SouthEast => 4,
            SouthWest | Antilles => 5,
        }
    }
}
