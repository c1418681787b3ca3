//! What companies and people are called.

use crate::dice::Dice;

/// Given names.
pub const GIVEN_NAMES: [&str; 40] = [
    "Adèle",
    "Amadou",
    "Anouk",
    "Aurélien",
    "Bérénice",
    "Blaise",
    "Camille",
    "Célestin",
    "Clémence",
    "Corentin",
    "Daphné",
    "Dimitri",
    "Élise",
    "Émile",
    "Fatou",
    "Félix",
    "Gaëlle",
    "Gaston",
    "Hélène",
    "Hugo",
    "Inès",
    "Ismaël",
    "Jeanne",
    "Joris",
    "Karim",
    "Léonie",
    "Loïc",
    "Maëlys",
    "Malo",
    "Nadège",
    "Nicéphore",
    "Océane",
    "Oscar",
    "Pauline",
    "Quentin",
    "Rosalie",
    "Samir",
    "Tiphaine",
    "Victorin",
    "Yasmine",
];

/// Family names.
pub const FAMILY_NAMES: [&str; 40] = [
    "Abgrall",
    "Aubrac",
    "Bellanger",
    "Boisjoli",
    "Brémond",
    "Cazalis",
    "Chastaing",
    "Courtemanche",
    "Darribère",
    "Delorme",
    "Escoffier",
    "Estève",
    "Faucheux",
    "Fontvieille",
    "Gauthreau",
    "Guillemot",
    "Hauteclaire",
    "Jaurand",
    "Kermarrec",
    "Lacassagne",
    "Lamotte",
    "Lestang",
    "Malbrunot",
    "Marchepied",
    "Montagnac",
    "Noirtin",
    "Orsoni",
    "Payet",
    "Pelletrat",
    "Quillec",
    "Rabourdin",
    "Rochebrune",
    "Sainclair",
    "Séverac",
    "Tessandier",
    "Thorigny",
    "Urvoas",
    "Valadier",
    "Vernoux",
    "Ysambert",
];

/// Syllables of invented places, after which companies and families are called.
const BEGINNINGS: [&str; 26] = [
    "Aube", "Bel", "Bran", "Cas", "Clair", "Cour", "Dor", "Esp", "Font", "Gal", "Haut", "Ker", "Lan", "Mar",
    "Mor", "Noir", "Orv", "Plan", "Quin", "Roc", "Sauv", "Tour", "Urv", "Val", "Vern", "Yr",
];
const MIDDLES: [&str; 10] = ["a", "e", "i", "o", "an", "el", "er", "ou", "in", "ar"];
const ENDINGS: [&str; 22] = [
    "bec", "court", "dour", "dric", "fel", "gny", "goët", "lan", "lières", "mond", "nac", "quin", "ran",
    "sane", "tane", "tier", "vène", "vert", "ville", "vrain", "zac", "zel",
];

const ACTIVITIES: [&str; 24] = [
    "Ateliers",
    "Boulangeries",
    "Cabinet",
    "Chantiers",
    "Charpentes",
    "Clinique",
    "Conserverie",
    "Filature",
    "Fromageries",
    "Garage",
    "Hôtels",
    "Imprimerie",
    "Laboratoires",
    "Logistique",
    "Menuiserie",
    "Mutuelle",
    "Papeterie",
    "Pépinières",
    "Scierie",
    "Serres",
    "Sucrerie",
    "Transports",
    "Tuilerie",
    "Verrerie",
];

const STREETS: [&str; 16] = [
    "rue des Tanneurs",
    "avenue de la Gare",
    "rue du Moulin",
    "boulevard des Arts",
    "quai des Chalands",
    "rue de l'Industrie",
    "allée des Saules",
    "place du Marché",
    "chemin des Vignes",
    "rue Neuve",
    "impasse du Four",
    "zone des Quatre-Vents",
    "rue de la Fontaine",
    "cours des Remparts",
    "rue des Écoles",
    "route du Port",
];

/// A place that is on no map.
pub(crate) fn place(dice: &mut Dice) -> String {
    format!("{}{}{}", dice.word(&BEGINNINGS), dice.word(&MIDDLES), dice.word(&ENDINGS))
}

/// What a company does.
pub(crate) fn activity(dice: &mut Dice) -> &'static str {
    dice.word(&ACTIVITIES)
}

/// A street line of an address.
pub(crate) fn street(dice: &mut Dice) -> String {
    format!("{} {}", dice.between(1, 180), dice.word(&STREETS))
}

/// Given name and family name of somebody.
pub(crate) fn person(dice: &mut Dice) -> (&'static str, String) {
    let given = dice.word(&GIVEN_NAMES);
    let family = if dice.percent(40) { dice.word(&FAMILY_NAMES).to_owned() } else { place(dice) };
    (given, family)
}
