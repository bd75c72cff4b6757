//! Reads Rust sources as far as the rules need it: code without comments and literals, names, blocks.

/// The code with the same lines and columns, comments and what stands in quotes blanked.
pub fn code(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match &bytes[at..] {
            [b'/', b'/', ..] => at + text[at..].find('\n').unwrap_or(text.len() - at),
            [b'/', b'*', ..] => at + block_comment(&bytes[at..]),
            [b'r' | b'b' | b'c', ..] if at == 0 || !is_word(bytes[at - 1]) => match raw_string(&text[at..]) {
                Some(length) => at + length,
                None => {
                    at += 1;
                    continue;
                }
            },
            [b'"', ..] => at + string(&bytes[at..]),
            [b'\'', ..] => match character(&text[at..]) {
                Some(length) => at + length,
                None => {
                    at += 1;
                    continue;
                }
            },
            _ => {
                at += 1;
                continue;
            }
        };
        let end = end.min(bytes.len());
        out[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        at = end;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn block_comment(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth.saturating_sub(1), at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// `r"…"`, `br#"…"#` and their kin; also sees that `r` and `b` may just begin a word.
fn raw_string(text: &str) -> Option<usize> {
    let rest =
        text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'))?;
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    let inside = rest[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = inside.find(&close).map_or(inside.len(), |at| at + close.len());
    Some(text.len() - inside.len() + end)
}

fn string(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// A character; `None`: a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    match characters.next()? {
        (_, '\\') => {
            let (escaped, _) = characters.next()?;
            text[escaped + 1..].find('\'').map(|at| escaped + at + 2)
        }
        _ => match characters.next()? {
            (at, '\'') => Some(at + 1),
            _ => None,
        },
    }
}

/// The line, from 1, of a byte of the text.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1
}

/// Where the word stands as a whole, not as part of a longer one.
pub fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let whole = move |at: usize| {
        let (before, after) = (code[..at].bytes().next_back(), code[at + word.len()..].bytes().next());
        let ends = word.bytes().next_back().is_some_and(is_word);
        !(before.is_some_and(is_word) || ends && after.is_some_and(is_word))
    };
    code.match_indices(word).map(|(at, _)| at).filter(move |at| whole(*at))
}

/// The identifier that the text begins with; empty if it begins with something else.
pub fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// What stands between the first `{` and the `}` that closes it.
pub fn block(code: &str) -> Option<&str> {
    let open = code.find('{')?;
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&code[open + 1..at]);
        }
    }
    None
}

/// Parts between commas that are in no bracket of their own.
pub fn parts(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_i32, 0);
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'{' | b'(' | b'[' | b'<' => depth += 1,
            b'}' | b')' | b']' | b'>' => depth -= 1,
            b',' if depth == 0 => {
                parts.push(list[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// A function, and whether an attribute makes it a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    pub line: usize,
    pub name: String,
    pub test: bool,
}

/// Every function that has a name.
pub fn functions(text: &str) -> Vec<Function> {
    let code = code(text);
    let lines: Vec<&str> = code.lines().collect();
    let named = |at: usize| {
        let name = identifier(code[at + 2..].trim_start());
        let line = line_of(&code, at);
        let above = lines[..line - 1].iter().rev().map(|line| line.trim());
        let test = above.take_while(|line| line.is_empty() || line.starts_with("#[")).any(is_test);
        (!name.is_empty()).then(|| Function { line, name: name.to_owned(), test })
    };
    words(&code, "fn").filter_map(named).collect()
}

fn is_test(attribute: &str) -> bool {
    let name = attribute.trim_start_matches("#[").split(['(', ']']).next().unwrap_or_default();
    name == "test" || name.ends_with("::test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blank() {
        let text = "a /* b /* c */ d */ \"e \\\" f\" 'g' '\\'' r#\"h \"i\"# b\"j\" 'k: // l\nbreak m";
        let blanked = code(text);
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.split_whitespace().collect::<Vec<_>>(), ["a", "b", "'k:", "break", "m"]);
        assert_eq!(code("한 \"국\" 어").split_whitespace().collect::<Vec<_>>(), ["한", "어"]);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(words("fn fnord fn(", "fn").collect::<Vec<_>>(), [0, 9]);
    }

    #[test]
    fn functions_know_whether_they_are_tests() {
        let text =
            "#[test]\nfn a() {}\n\n#[tokio::test(flavor = \"x\")]\nasync fn b() {}\nfn c() { /* fn d */ }\n";
        let found: Vec<_> = functions(text).into_iter().map(|f| (f.line, f.name, f.test)).collect();
        assert_eq!(found, [(2, "a".into(), true), (5, "b".into(), true), (6, "c".into(), false)]);
    }

    #[test]
    fn parts_keep_their_brackets() {
        assert_eq!(parts("a, b::{c, d}, "), ["a", "b::{c, d}"]);
    }
}
