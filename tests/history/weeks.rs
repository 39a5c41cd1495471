//! A year of weekly runs over a share that changes by chance, against a simple model of the truth.

use std::collections::{BTreeMap, BTreeSet};

use super::{DAY, Share, line};

/// xorshift: the same year every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// E-mail addresses that stand in a chat, in order.
type Chat = Vec<u32>;

fn text(chat: &Chat) -> String {
    let mut text = line(0, "Hallo zusammen");
    for (at, person) in chat.iter().enumerate() {
        text += &line(1 + at as u32, &format!("schreib an person{person}@example.org"));
    }
    text
}

/// What must be known of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Open,
    Fixed,
    Gone,
}

#[test]
fn fifty_two_weeks() {
    let mut share = Share::new();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut chats: BTreeMap<String, Chat> = BTreeMap::new();
    let mut away: BTreeMap<String, Chat> = BTreeMap::new();
    let mut truth: BTreeMap<u32, Truth> = BTreeMap::new();
    let (mut person, mut files) = (0, 0);
    for week in 0..52 {
        // A chat that is edited and moved or removed within one week: nobody can tell which it was.
        let (mut edited, mut moved) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..1 + dice.below(3) {
            let names: Vec<String> = chats.keys().cloned().collect();
            let pick = |dice: &mut Dice| {
                names.get(dice.below(names.len().max(1) as u64) as usize).cloned()
            };
            match (dice.below(8), pick(&mut dice)) {
                (0 | 1, _) | (_, None) => {
                    // A new chat; each address stands in one chat only.
                    let chat: Chat = (0..2 + dice.below(3))
                        .map(|_| {
                            person += 1;
                            person
                        })
                        .collect();
                    files += 1;
                    chats.insert(format!("chat{files}.txt"), chat);
                }
                (2 | 3, Some(name)) => {
                    person += 1;
                    chats.get_mut(&name).unwrap().push(person);
                }
                (4, Some(name)) if !moved.contains(&name) => {
                    // Somebody deletes a message.
                    edited.insert(name.clone());
                    let chat = chats.get_mut(&name).unwrap();
                    if chat.len() > 1 {
                        let at = dice.below(chat.len() as u64) as usize;
                        chat.remove(at);
                    }
                }
                (5, Some(name)) if !edited.contains(&name) => {
                    // Renamed, and perhaps exported again with more in it.
                    let mut chat = chats.remove(&name).unwrap();
                    if dice.below(2) == 0 {
                        person += 1;
                        chat.push(person);
                    }
                    files += 1;
                    let name = format!("moved/chat{files}.txt");
                    moved.insert(name.clone());
                    chats.insert(name, chat);
                }
                (6, Some(name)) if !edited.contains(&name) && !moved.contains(&name) => {
                    // Gone from the share.
                    let chat = chats.remove(&name).unwrap();
                    away.insert(name, chat);
                }
                (_, Some(_)) => {
                    // Something comes back.
                    if let Some((name, chat)) = away.pop_first() {
                        chats.insert(name, chat);
                    }
                }
            }
        }
        let _ = std::fs::remove_dir_all(share.path("in"));
        std::fs::create_dir_all(share.path("in")).unwrap();
        share.write("in/empty.txt", line(0, "Hallo"));
        for (name, chat) in &chats {
            share.write(&format!("in/{name}"), text(chat));
        }
        let present: BTreeSet<u32> = chats.values().flatten().copied().collect();
        let missing: BTreeSet<u32> = away.values().flatten().copied().collect();
        let before = truth.clone();
        let (mut new, mut fixed, mut gone, mut reopened, mut back) = (0, 0, 0, 0, 0);
        for at in 1..=person {
            let is = match (present.contains(&at), missing.contains(&at)) {
                (true, _) => Truth::Open,
                (false, true) => Truth::Gone,
                (false, false) => Truth::Fixed,
            };
            match (before.get(&at), is) {
                // It came and went within one week: nobody has ever seen it.
                (None, Truth::Fixed | Truth::Gone) => continue,
                (None, Truth::Open) => {
                    new += 1;
                }
                (Some(Truth::Fixed), Truth::Open) => reopened += 1,
                (Some(Truth::Gone), Truth::Open) => back += 1,
                (Some(Truth::Open | Truth::Gone), Truth::Fixed) => fixed += 1,
                (Some(Truth::Open), Truth::Gone) => gone += 1,
                _ => {}
            }
            truth.insert(at, is);
        }
        let ran = share.scan(&["--fail-on", "new"]);
        assert_eq!(ran.code, i32::from(new + reopened > 0), "week {week}: {}", ran.err);
        let open = truth.values().filter(|is| **is == Truth::Open).count() as u64;
        let numbers =
            ["open", "new", "fixed", "gone", "reopened", "back"].map(|key| share.number(key));
        assert_eq!(numbers, [open, new, fixed, gone, reopened, back], "week {week}");
        let said_new = share.findings().iter().filter(|it| it["status"] == "new").count() as u64;
        assert_eq!(said_new, new, "week {week}");
        share.now += 7 * DAY;
    }
    assert!(person > 60, "the year had a life: {person}");
}
