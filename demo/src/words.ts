/**
 * Words for invented titles. Every pattern contains a {place}, a {name} or a {family} that does not exist, so
 * that no title is the title of a real work.
 */

export const GENRES = [
  "drama",
  "comedy",
  "thriller",
  "documentary",
  "action",
  "romance",
  "sci-fi",
  "horror",
  "animation",
  "family",
  "crime",
  "mystery",
  "history",
  "adventure",
  "music",
  "sport-documentary",
] as const;
export type Genre = (typeof GENRES)[number];

/** The words for `{noun}`, and the patterns, for films and series alike. */
export type Vocabulary = { readonly nouns: string; readonly patterns: readonly string[] };

const list = (words: string): readonly string[] => words.split(", ");

export const PLACES = list(
  "Quillmere, Saltharrow, Marrowby, Port Vesper, Tolland Reach, Aldermoor, Brinewick, Caskellan, Dunmarrow, Eskerfold, Fennimore Bay, Glasswater, Harrowmede, Corrin Isle, Junipera, Kestrel Sound, Lowenfell, Mistlegreen, Nettlequay, Ormsvale, Pellucid Hill, Quarrelstone, Rookhaven, Santa Verelda, Thornmouth, Umberline, Val d'Osier, Wintergate, Yarrowdeep, Zephyr Point, Belmarra, Costa Luneda, Drumallach, Everspire, Foxlantern, Gallowmere, Hollin Cross, Ivorna, Larkenhythe, Monteverro",
);
export const NAMES = list(
  "Odalys, Bram, Ysolde, Teodric, Marisella, Corvin, Linnea, Ambrose, Tamsin, Evander, Perpetua, Lucan, Isaura, Hendrik, Wilhelmina, Casimir, Noemi, Florian, Zelda Rue, Anselm, Philippa, Ignatius, Rosalba, Thaddeus, Beatrix, Octavian, Mireille, Leopold, Saskia, Valerian",
);
export const FAMILIES = list(
  "Penhallick, Vanterpool, Ashgrovesen, Delacorte-Finn, Okonmore, Brindlecroft, Castellvane, Thistlewood, Marchbankshire, Halloranzo, Quickenborough, Santorelli-Gray, Wexcombe, Larkspurson, Abernoth, Montclairefield, Ostrander-Vale, Pemberwick, Ravensdottir, Silverlock-Amado, Tregallows, Underhillier, Vasquelle, Wyndhamer, Zambranova",
);
export const SEASONS = list(
  "Summer, Winter, Autumn, Spring, Midsummer, Long Weekend, Year, Century, Fortnight",
);

export const VOCABULARY: Readonly<Record<Genre, Vocabulary>> = {
  drama: {
    nouns: "Orchard, Inheritance, Silence, Harbour, Daughters, Promise, Kitchen, Letters, Verdict, Threshold",
    patterns: [
      "The {place} {noun}",
      "A {season} in {place}",
      "What {name} Left Behind",
      "The {noun} of {name} {family}",
      "{name} Comes Home to {place}",
    ],
  },
  comedy: {
    nouns: "Choir, Wedding, Landlord, Cheese Fair, Allotment, Book Club, Mayor, Reunion, Pub Quiz, Dentist",
    patterns: [
      "The {place} {noun}",
      "{name} Owes Everyone",
      "Meet the {family}s",
      "{name} and the Terrible {noun}",
      "Please Don't Tell {name} {family}",
      "Two {noun}s in {place}",
    ],
  },
  thriller: {
    nouns: "Protocol, Courier, Signal, Alibi, Deadline, Witness, Cipher, Hostage, Blackout, Undertow",
    patterns: [
      "The {family} {noun}",
      "{noun} at {place}",
      "Nine Hours to {place}",
      "{name} {family} Is Missing",
      "The Last {noun} Out of {place}",
    ],
  },
  documentary: {
    nouns:
      "Glaciers, Beekeepers, Lighthouses, Night Markets, Cartographers, Reefs, Bakers, Railways, Storms, Archives",
    patterns: [
      "{noun}: A Journey to {place}",
      "Inside {place}",
      "The {noun} of {place}",
      "{name} {family} and the {noun}",
      "One {season} Among the {noun} of {place}",
    ],
  },
  action: {
    nouns: "Vendetta, Convoy, Firebreak, Bounty, Uprising, Extraction, Overdrive, Freight, Siege, Runway",
    patterns: [
      "{place}: {noun}",
      "{family}'s {noun}",
      "Escape from {place}",
      "{name} {family} Strikes Back",
      "The {place} {noun}",
    ],
  },
  romance: {
    nouns: "Bookshop, Vineyard, Ferry, Dance, Postcard, Bakery, Moonlight, Garden, Serenade, Violin",
    patterns: [
      "The {noun} in {place}",
      "Falling for {name} {family}",
      "{name} & {name2} of {place}",
      "A {season} with {name} in {place}",
      "{name}'s Last {noun}",
    ],
  },
  "sci-fi": {
    nouns: "Orbit, Colony, Paradox, Engine, Starfall, Archive, Horizon, Memory, Beacon, Exodus",
    patterns: [
      "{place} {noun}",
      "The {family} {noun}",
      "{noun} Over {place}",
      "Station {place}",
      "{name} {family} Wakes in 2390",
    ],
  },
  horror: {
    nouns: "Attic, Hollow, Nursery, Well, Lullaby, Scarecrow, Cellar, Mirror, Fog, Crypt",
    patterns: [
      "The {noun} at {place}",
      "Don't Wake {name}",
      "{place} After Dark",
      "The {family} {noun}",
      "Something Knocks in {place}",
    ],
  },
  animation: {
    nouns: "Clockwork, Cloud, Lantern, Paper Moon, Comet, Carousel, Dragonfly, Snow Globe, Inkwell, Marble",
    patterns: [
      "{name} and the {noun}",
      "The {noun} of {place}",
      "{name}'s {noun} Parade",
      "{place} Upside Down",
    ],
  },
  family: {
    nouns: "Treehouse, Puppy, Caravan, Pony, Kite, Holiday, Grandpa, Campfire, Island, Picnic",
    patterns: [
      "The {family}s' {noun}",
      "{name} and the Runaway {noun}",
      "The {noun} for {name}",
      "Our {season} in {place}",
    ],
  },
  crime: {
    nouns: "Ledger, Heist, Informant, Confession, Auction, Smugglers, Forgery, Cold Case, Jury, Docks",
    patterns: [
      "The {place} {noun}",
      "{family} & {family2}",
      "Murder in {place}",
      "Inspector {family}: The {noun}",
      "The {noun} of {family} Street",
    ],
  },
  mystery: {
    nouns: "Portrait, Riddle, Staircase, Tenant, Manuscript, Compass, Postmark, Orchid, Séance, Weathervane",
    patterns: [
      "The {place} {noun}",
      "{name} {family} and the {noun}",
      "Who Was {name} {family}?",
      "The {noun} on {family} Lane",
    ],
  },
  history: {
    nouns: "Crown, Regiment, Cathedral, Armada, Treaty, Queen, Chronicle, Siege, Physician, Cartographer",
    patterns: [
      "The {noun} of {place}",
      "{name}, {noun} of {place}",
      "The House of {family}",
      "{place}, 1648",
      "The {family} {noun}",
    ],
  },
  adventure: {
    nouns: "Expedition, Map, River, Summit, Shipwreck, Caravan, Treasure, Monsoon, Trail, Balloon",
    patterns: [
      "The {place} {noun}",
      "{name} {family}'s {noun}",
      "Beyond {place}",
      "The Lost {noun} of {place}",
      "North of {place}",
    ],
  },
  music: {
    nouns: "Overture, Jukebox, Encore, Bandstand, Rehearsal, Chorus, Trumpet, Soundcheck, Opera, Blue Note",
    patterns: [
      "{name} {family}: Live in {place}",
      "The {place} {noun}",
      "{noun} for {name}",
      "{family} Sings {family2}",
    ],
  },
  "sport-documentary": {
    nouns:
      "Captain, Final Whistle, Season, Underdogs, Dressing Room, Goalkeeper, Floodlights, Relay, Peloton, Derby",
    patterns: [
      "{place} United: The {noun}",
      "The {noun} of {place}",
      "{name} {family}: One More Season",
      "Ninety Minutes in {place}",
      "Floodlights over {place}",
    ],
  },
};

export const KIDS_NAMES = list(
  "Pip, Otto Otter, Button, Mimi Mole, Captain Crumpet, Luna Llama, Zigzag, Bramble, Tilly Tram, Professor Puddle, Momo, Fizz, Hugo Hedgehog, Nori, Dot, Waffle, Bibi Bat, Marmalade, Rufus Robot, Pepita, Sir Snail, Yuki Yak, Toto Toucan, Olive Owl, Biscuit",
);

export const KIDS_VOCABULARY: Vocabulary = {
  nouns:
    "Rainy Parade, Button Dragon, Moon Picnic, Singing Submarine, Lost Mitten, Very Big Bridge, Cloud Factory, Midnight Bakery, Rainbow Train, Whispering Wardrobe, Snow Day, Wobbly Tooth, Pancake Pirate, Upside-Down Zoo, Invisible Kite, Great Sock Race, Sleepy Volcano, Treasure Pond, Dancing Digger, Secret Garden Gate",
  patterns: [
    "{kid} and the {noun}",
    "{kid}'s {noun}",
    "Hello, {kid} of {place}!",
    "{kid} Counts the {noun}",
    "{kid} & {kid2}: The {noun}",
    "Goodnight, {kid} of {place}",
  ],
};
