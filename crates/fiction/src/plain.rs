//! Names as they stand in user ids and mail addresses.

/// `name` in small letters from a to z and digits; anything else between two of them becomes one hyphen.
pub fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.to_lowercase().chars() {
        match letter {
            'à' | 'â' | 'ä' => plain.push('a'),
            'é' | 'è' | 'ê' | 'ë' => plain.push('e'),
            'ï' | 'î' => plain.push('i'),
            'ô' | 'ö' => plain.push('o'),
            'ù' | 'û' | 'ü' => plain.push('u'),
            'ç' => plain.push('c'),
            'œ' => plain.push_str("oe"),
            letter if letter.is_ascii_alphanumeric() => plain.push(letter),
            _ if plain.is_empty() || plain.ends_with('-') => {}
            _ => plain.push('-'),
        }
    }
    plain.truncate(plain.trim_end_matches('-').len());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_blanks_are_gone() {
        assert_eq!(plain("Élise"), "elise");
        assert_eq!(plain(" Sucrerie du Bras-Canot (Réunion) "), "sucrerie-du-bras-canot-reunion");
        assert_eq!(plain("Cœur d'Ys"), "coeur-d-ys");
        assert_eq!(plain("—"), "");
    }
}
