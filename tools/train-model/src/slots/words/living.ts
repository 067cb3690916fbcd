import { list } from "./list.ts";

export const animals: readonly string[] = list(`
dog, cat, horse, pony, donkey, mule, cow, bull, calf, sheep, lamb, goat, pig, piglet, hen, cockerel, duck, goose, turkey, rabbit
hare, hedgehog, fox, badger, otter, beaver, squirrel, mole, mouse, rat, bat, deer, stag, elk, wild boar, wolf, bear, lynx, seal, dolphin
whale, porpoise, swan, heron, stork, crane, owl, barn owl, eagle, falcon, kestrel, buzzard, kingfisher, woodpecker, robin, blackbird, sparrow, swallow, starling, magpie
crow, raven, jay, parrot, canary, peacock, pelican, puffin, cormorant, penguin, ostrich, emu, tortoise, turtle, lizard, gecko, snake, adder, frog, toad
newt, salamander, trout, salmon, carp, pike, eel, herring, crab, lobster, octopus, jellyfish, bumblebee, dragonfly, butterfly, beetle, ladybird, spider, snail, camel
llama, alpaca, kangaroo, koala, monkey, gorilla, elephant, giraffe, zebra, rhinoceros, hippopotamus, lion, tiger, leopard, cheetah, hyena, meerkat, ferret, hamster, guinea pig, chinchilla, budgerigar
`);

export const pluralAnimals: readonly string[] = list(`
dogs, cats, horses, ponies, donkeys, mules, cows, calves, goats, pigs, piglets, hens, ducks, geese, turkeys, rabbits, hares, hedgehogs, foxes, badgers
otters, beavers, squirrels, moles, mice, bats, wolves, bears, seals, dolphins, whales, porpoises, swans, herons, storks, cranes, owls, eagles, falcons, kestrels
buzzards, kingfishers, woodpeckers, robins, blackbirds, sparrows, swallows, starlings, magpies, crows, ravens, jays, parrots, canaries, peacocks, pelicans, puffins, cormorants, penguins, ostriches
tortoises, turtles, lizards, geckos, snakes, adders, frogs, toads, newts, eels, crabs, lobsters, jellyfish, bumblebees, dragonflies, butterflies, beetles, ladybirds, spiders, snails
camels, llamas, alpacas, kangaroos, monkeys, elephants, giraffes, zebras, lions, tigers, meerkats, ferrets, hamsters, guinea pigs, lambs, trout, carp, bees, moths, terns
`);

export const plants: readonly string[] = list(`
oak, ash, beech, birch, maple, lime tree, chestnut, willow, poplar, alder, elm, yew, juniper, spruce, fir, larch, cedar, hawthorn, hazel, holly
ivy, honeysuckle, clematis, wisteria, rose, dog rose, tulip, daffodil, crocus, snowdrop, hyacinth, iris, lily, orchid, peony, dahlia, aster, marigold, sunflower, foxglove
lavender, rosemary, thyme, sage, mint, basil, parsley, chives, fennel, dill, fern, bracken, moss, heather, gorse, broom, thistle, nettle, dandelion, bluebell
primrose, violet, poppy, cornflower, geranium, begonia, fuchsia, hydrangea, rhododendron, azalea, magnolia, camellia, jasmine, cactus, aloe, bamboo, rhubarb, pumpkin, courgette, runner bean
`);

export const pluralPlants: readonly string[] = list(`
oaks, birches, maples, willows, poplars, alders, spruces, firs, larches, hazels, roses, tulips, daffodils, crocuses, snowdrops, hyacinths, irises, lilies, orchids, peonies
dahlias, asters, marigolds, sunflowers, foxgloves, ferns, thistles, nettles, dandelions, bluebells, primroses, violets, poppies, cornflowers, geraniums, begonias, fuchsias, hydrangeas, azaleas, magnolias
camellias, cacti, pumpkins, courgettes, runner beans, broad beans, leeks, onions, carrots, parsnips, beetroots, cabbages, cauliflowers, lettuces, tomatoes, cucumbers, peppers, potatoes, strawberries, raspberries
`);

export const foods: readonly string[] = list(`
bread, rye bread, butter, cheese, goat's cheese, yoghurt, cream, eggs, flour, sugar, honey, jam, marmalade, peanut butter, oats, muesli, rice, pasta, noodles, lentils
chickpeas, kidney beans, peas, carrots, potatoes, onions, garlic, leeks, spinach, kale, broccoli, cauliflower, cabbage, mushrooms, peppers, aubergines, courgettes, tomatoes, cucumbers, olives
capers, gherkins, pickles, mustard, ketchup, mayonnaise, vinegar, olive oil, chicken, turkey, beef, lamb, pork, ham, bacon, sausages, salami, cod, haddock, mackerel
smoked salmon, tuna, sardines, prawns, mussels, tofu, almonds, walnuts, hazelnuts, raisins, dried apricots, chocolate, biscuits, crackers, crisps, popcorn, liquorice, marzipan, gingerbread, ice cream
`);

export const dishes: readonly string[] = list(`
lentil soup, onion soup, pumpkin soup, fish chowder, minestrone, borscht, goulash, beef stew, lamb curry, vegetable curry, chicken korma, dal, biryani, pilau, paella, risotto, lasagne, cannelloni, ravioli, carbonara
macaroni cheese, mushroom pie, shepherd's pie, fish pie, steak pie, quiche, omelette, shakshuka, frittata, pancakes, waffles, dumplings, gnocchi, ratatouille, moussaka, stuffed peppers, cabbage rolls, schnitzel, bratwurst, raclette
fondue, rösti, potato salad, Greek salad, bean salad, coleslaw, hummus, falafel, kebab, tacos, burritos, enchiladas, chilli, jambalaya, gumbo, sushi, ramen, udon, pad thai, spring rolls
fried rice, bibimbap, kimchi stew, tempura, roast chicken, roast beef, baked trout, grilled sardines, fish and chips, apple crumble, rhubarb tart, cherry pie, cheesecake, carrot cake, lemon cake, trifle, rice pudding, tiramisu, baklava, strudel
`);

export const drinks: readonly string[] = list(`
black tea, green tea, peppermint tea, camomile tea, iced tea, coffee, espresso, cappuccino, decaf coffee, hot chocolate, cocoa, milk, oat milk, buttermilk, kefir, apple juice, orange juice, grape juice, tomato juice, elderflower cordial
lemonade, ginger beer, cola, tonic water, sparkling water, still water, cider, pale ale, stout, lager, wheat beer, red wine, white wine, rosé, prosecco, port, sherry, whisky, gin, rum, mulled wine, punch, smoothie, mango lassi
`);

export const fruits: readonly string[] = list(`
apple, pear, plum, damson, cherry, peach, apricot, nectarine, quince, fig, date, grape, raspberry, strawberry, blackberry, blueberry, gooseberry, redcurrant, blackcurrant, cranberry
elderberry, mulberry, orange, blood orange, mandarin, clementine, lemon, lime, grapefruit, pomelo, kumquat, banana, plantain, pineapple, mango, papaya, passion fruit, guava, lychee, kiwi, pomegranate, persimmon, coconut, melon, watermelon, honeydew melon, dragon fruit, star fruit, avocado, medlar
`);
