//! What customers read: one catalogue per language, the same keys and parameters in each.
//!
//! Times are those of Paris, written out: whoever reads them need not know what UTC is.

mod moment;
#[cfg(test)]
mod tests;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};

use crate::domain::{CauseKind, Language, Parameter, Parameters};

const FR: &str = include_str!("../../texts/fr/notices.ftl");
const EN: &str = include_str!("../../texts/en/notices.ftl");

/// How a text is told that there is nothing to say: it has a variant for that.
const NONE: &str = "none";

/// Personal values that a text can do without.
const OPTIONAL: [&str; 2] = ["manager-email", "manager-number"];

/// Bytes of a subject that leave room for its encoding on one header line.
const SUBJECT_BYTES_MAX: usize = 200;

/// The texts in every language.
pub(crate) struct Texts {
    fr: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

/// A notice as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// In one line.
    pub(crate) subject: String,
    /// In paragraphs.
    pub(crate) body: String,
}

/// Why a notice cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The catalogue itself.
    #[error("the texts in {language} do not parse")]
    Catalogue {
        /// Which.
        language: &'static str,
    },
    /// A text is missing, or lacks what it is filled in with.
    #[error("the text {key} in {language} cannot be filled in: {what}")]
    Unwritable {
        /// Which.
        key: String,
        /// In which language.
        language: &'static str,
        /// Without anything personal.
        what: &'static str,
    },
}

impl Texts {
    /// Reads the catalogues.
    ///
    /// # Errors
    /// When one does not parse: never of those that were tested.
    pub(crate) fn load() -> Result<Self, Error> {
        Ok(Self { fr: bundle(Language::Fr, FR)?, en: bundle(Language::En, EN)? })
    }

    /// Writes a notice to somebody called `name`; `repeat` says that it may be there already.
    ///
    /// # Errors
    /// When the text or one of its parameters is missing.
    pub(crate) fn render(
        &self,
        kind: CauseKind,
        language: Language,
        parameters: &Parameters,
        name: Option<&str>,
        repeat: bool,
    ) -> Result<Rendered, Error> {
        let key = key(kind);
        let mut arguments = FluentArgs::new();
        for (name, parameter) in parameters {
            let is_erased = matches!(parameter, Parameter::Personal(personal) if personal.known().is_none());
            if is_erased && !OPTIONAL.contains(&name.as_str()) {
                let what = "what it is about was erased";
                return Err(Error::Unwritable { key, language: language.as_str(), what });
            }
            arguments.set(name.clone(), argument(parameter, language));
        }
        let mut person = FluentArgs::new();
        person.set("name", text_or_none(name.unwrap_or_default()));
        let subject = self.format(language, &format!("{key}-subject"), &arguments)?;
        let mut paragraphs = vec![self.format(language, "greeting", &person)?];
        if repeat {
            paragraphs.push(self.format(language, "repeat-note", &arguments)?);
        }
        paragraphs.push(self.format(language, &format!("{key}-body"), &arguments)?);
        paragraphs.push(self.format(language, "signature", &arguments)?);
        Ok(Rendered { subject: in_one_line(&subject), body: tidy(&paragraphs.join("\n\n")) })
    }

    fn format(&self, language: Language, key: &str, arguments: &FluentArgs<'_>) -> Result<String, Error> {
        let bundle = match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        };
        let unwritable = |what| Error::Unwritable { key: key.to_owned(), language: language.as_str(), what };
        let message = bundle.get_message(key).and_then(|message| message.value());
        let pattern = message.ok_or_else(|| unwritable("there is no such text"))?;
        let mut errors: Vec<FluentError> = Vec::new();
        let text = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
        if errors.is_empty() { Ok(text) } else { Err(unwritable("a parameter is missing")) }
    }
}

fn bundle(language: Language, catalogue: &str) -> Result<FluentBundle<FluentResource>, Error> {
    let broken = || Error::Catalogue { language: language.as_str() };
    let resource = FluentResource::try_new(catalogue.to_owned()).map_err(|_| broken())?;
    let identifier = language.as_str().parse().map_err(|_| broken())?;
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Marks around each value would be seen in plain mail.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|_| broken())?;
    Ok(bundle)
}

/// `LINE_BARRED` → `line-barred`
fn key(kind: CauseKind) -> String {
    kind.as_str().to_ascii_lowercase().replace('_', "-")
}

fn argument(parameter: &Parameter, language: Language) -> FluentValue<'static> {
    match parameter {
        Parameter::Code(code) => FluentValue::from(code.clone()),
        Parameter::Text(text) => text_or_none(text),
        Parameter::Instant(at) => FluentValue::from(moment::written(*at, language)),
        // What was erased is not told.
        Parameter::Personal(personal) => text_or_none(personal.known().map_or("", String::as_str)),
    }
}

fn text_or_none(text: &str) -> FluentValue<'static> {
    let text = in_one_line(text);
    FluentValue::from(if text.is_empty() { NONE.to_owned() } else { text })
}

/// What others wrote must neither end a header nor begin a paragraph of ours.
fn in_one_line(text: &str) -> String {
    let spaced: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let mut line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() > SUBJECT_BYTES_MAX {
        let end = (0..=SUBJECT_BYTES_MAX).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
        line.truncate(end);
    }
    line
}

/// Without lines that nothing was to be said in.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len() + 1);
    let mut blank = 0;
    for line in text.lines() {
        let line = line.trim_end();
        blank = if line.is_empty() { blank + 1 } else { 0 };
        if blank < 2 {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied
}
