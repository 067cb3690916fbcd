import { list } from "./list.ts";

export const placePrefixes: readonly string[] = list(`
Ash, Beck, Birch, Black, Brook, Cold, Crane, Deer, East, Elm, Fair, Fen, Fox, Glen, Grace, Green, Hart, Hazel, Heather, High, Holm, Kings, Lake, Lark, Long, Lower, Maple, Marsh, Mill, Moor, North, Oak, Otter, Pine, Queens, Raven, Red, Ridge, Rose, Salt, Sand, Silver, South, Stone, Swan, Thorn, Upper, Water, West, White, Willow, Winter, Wolf, Wood
`);

export const placeSuffixes: readonly string[] = list(`
bank, borough, bourne, bridge, brook, bury, by, cliff, combe, cross, dale, den, don, field, ford, gate, ham, hampton, haven, hill, holm, hurst, land, ley, mere, minster, mouth, pool, port, shaw, side, stead, stoke, stow, thorpe, ton, tree, view, water, well, wick, wold, wood, worth
`);

export const streetWords: readonly string[] = list(`
Alder, Beacon, Cathedral, Church, Station, Mill, Market, Castle, Abbey, Bridge, Harbour, Quay, Orchard, Chapel, School, Victoria, Albert, George, Queen, King, Prince, Park, Grove, Meadow, Spring, Well, Fountain, Rope, Tanner, Baker, Cooper, Fisher, Mason, Weaver, Lime, Chestnut, Cedar, Hawthorn, Juniper, Linden, Poplar, Rowan, Sycamore, Tulip, Violet, Windmill, Observatory, Garrison, Canal, Foundry
`);

export const streetKinds: readonly string[] = list(
  `Street, Street, Street, Road, Road, Lane, Lane, Avenue, Way, Close, Drive, Place, Square, Terrace, Crescent, Row, Gardens, Hill, Court, Walk, Parade, Embankment`,
);

export const buildingNames: readonly string[] = list(
  `House, Hall, Tower, Court, Building, Lodge, Mill, Barn, Pavilion, Centre, Wing, Works, Exchange, Gallery, Chapel, Manor`,
);

export const shopKinds: readonly string[] = list(`
Books, Bakery, Bikes, Flowers, Hardware, Records, Toys, Antiques, Pharmacy, Opticians, Shoes, Tailors, Deli, Cheese, Tea Rooms, Wine Cellar, Outfitters, Stationers, Music, Garden Centre, Fishmongers, Butchers, Greengrocers, Electricals, Furniture, Fabrics, Pet Supplies, Sports, Camera Shop, Sweet Shop
`);

export const schoolKinds: readonly string[] = list(
  `Primary School, Secondary School, Grammar School, High School, Academy, College, Music School, Technical College, Nursery, Sixth Form College, Elementary School, Community College`,
);

export const museumKinds: readonly string[] = list(`
Museum, Town Museum, Maritime Museum, Railway Museum, Museum of Glass, Museum of Natural History, Toy Museum, Textile Museum, Art Gallery, Mining Museum, Clock Museum, Museum of Printing, Folk Museum, Lifeboat Museum, Museum of Science
`);

export const hotelWords: readonly string[] = list(
  `Grand, Royal, Park, Station, Harbour, Bellevue, Astoria, Continental, Central, Lakeside, Seaview, Alpine, Palace, Metropole, Imperial, Riverside, Garden, Old Mill, Golden Lion, White Hart, Crown, Three Oaks`,
);

export const innWords: readonly string[] = list(`
Swan, Anchor, Plough, Red Lion, Green Man, Fox, Heron, Bell, Olive Tree, Blue Door, Copper Pot, Lemon Tree, Black Horse, Salt Cellar, Little Italy, Lotus Garden, Golden Dragon, Taverna, Fig and Honey, Oyster, Boathouse, Hungry Monk, Pepper Mill, Spice Route, Chestnut, Trattoria, Bistro, Wild Goose, Wheatsheaf, Kettle
`);

export const newspaperKinds: readonly string[] = list(
  `Herald, Gazette, Courier, Chronicle, Observer, Post, Echo, Mercury, Advertiser, Times, Star, Tribune, Argus, Messenger, Evening News, Weekly`,
);

export const clubKinds: readonly string[] = list(`
Rowing Club, Sailing Club, Chess Club, Tennis Club, Cricket Club, Cycling Club, Athletic Club, Football Club, Hiking Club, Gardening Club, Choral Society, Historical Society, Camera Club, Drama Society, Bridge Club, Judo Club, Astronomy Club, Book Club, Model Railway Club, Swimming Club, Brass Band, Folk Dance Group
`);

export const shipWords: readonly string[] = list(`
Albatross, Aurora, Bluebell, Britannia, Cormorant, Dawn Treader, Endurance, Esperanza, Falcon, Golden Hind, Gull, Halcyon, Irene, Juno, Kittiwake, Lady Margaret, Mermaid, Morning Star, Nautilus, Northern Light, Orion, Petrel, Phoenix, Polaris, Sea Urchin, Selkie, Silver Spray, Sirius, Stella, Tern, Undine, Valkyrie, Water Witch, Zephyr
`);

export const trainWords: readonly string[] = list(`Express, Night Express, Coaster, Arrow, Flyer, Limited, Shuttle, Regional, Intercity`);

export const companyWords: readonly string[] = list(`
Logistics, Engineering, Systems, Foods, Textiles, Instruments, Optics, Robotics, Pharma, Energy, Shipping, Motors, Plastics, Timber, Glass, Steel, Software, Networks, Media, Press, Publishing, Insurance, Bank, Properties, Partners, Consulting, Laboratories, Brewery, Dairy, Farms, Airlines, Rail, Telecom, Security, Studios, Paper, Ceramics, Chemicals, Construction, Tools
`);

export const companyForms: readonly string[] = list(`Ltd, Ltd, plc, GmbH, AG, Inc., LLC, & Sons, & Co., BV, SA, Group, Brothers`);
