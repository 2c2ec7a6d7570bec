"""The project's own lists of names. Frozen: a change gives every client other pseudonyms; a test holds digests.

Given names are common ones. Surnames and place names are put together from a stem and an ending, with a syllable
between them where more are needed. BOTH serves every language alike: for what must agree between languages.
"""

from dataclasses import dataclass
from typing import Final

from worker.anonymization.word_lists import words


@dataclass(frozen=True, slots=True)
class Lists:
    women: tuple[str, ...]
    men: tuple[str, ...]
    #: English stems end in any letter and endings begin with a consonant; French ones the other way round.
    stems: tuple[str, ...]
    middles: tuple[str, ...]
    surname_endings: tuple[str, ...]
    place_endings: tuple[str, ...]


EN: Final = Lists(
    women=words("""
        Abigail Amelia Amy Ann Audrey Beatrice Bethany Betty Brenda Bridget Carol Charlotte Cheryl Cynthia
        Daphne Deborah Diana Donna Doris Dorothy Edith Eleanor Elizabeth Elsie Emily Evelyn Felicity Fiona
        Florence Gemma Georgia Gillian Gwen Harriet Hazel Heather Helen Imogen Ingrid Isla Jane Janet Jennifer
        Jessica Jill Joan Joanna Judith Karen Kate Kathleen Kimberly Leah Linda Lisa Lorna Lucy Mabel Margaret
        Marjorie Mary Matilda Megan Michelle Mildred Molly Muriel Nancy Nicole Nora Pamela Phoebe Rachel
        Rebecca Rosemary Ruth Sally Sandra Sarah Sharon Shirley Stella Stephanie Susan Tabitha Tessa Theresa
        Tracy Ursula Vanessa Vivian Wendy Winifred Yvonne Zoe
    """),
    men=words("""
        Aaron Adrian Alan Albert Alistair Andrew Angus Anthony Archie Barry Benjamin Bernard Brian Bruce
        Callum Cameron Charles Christopher Clive Colin Conrad Craig Daniel David Dennis Derek Desmond Donald
        Douglas Duncan Edgar Edmund Edward Elliot Eric Ernest Eugene Francis Frank Frederick Gareth Gary
        Geoffrey George Gerald Gordon Graham Gregory Harold Harry Harvey Henry Howard Hugh Isaac Jacob James
        Jason Jeffrey Jeremy Jerome John Jonathan Joseph Joshua Keith Kenneth Kevin Leonard Leslie Lewis Luke
        Malcolm Mark Martin Matthew Maurice Melvin Michael Neil Nicholas Nigel Oliver Owen Patrick Paul Percy
        Peter Philip Ralph Raymond Reginald Richard Robert Roger Roland Ronald Rupert Russell Ryan Samuel
        Scott Simon Stanley Stephen Steven Stuart Sydney Terence Thomas Timothy Trevor Vernon Wallace Walter
        Wilfred William
    """),
    stems=words("""
        Ald Ash Bar Barn Bex Birk Black Brad Bram Bran Brent Brock Brom Buck Cald Carl Chad Charl Chat Clay
        Clif Cob Cole Cran Craw Crom Dal Dart Den Der Dray Dun East Eld Elm Far Fen Gar Gil Glad Glen Gran
        Green Had Hal Ham Har Hart Has Hat Hawk Haz Hen Hol Horn Hud Hun Kemp Ken Kil King Kirk Lamb Lan Lang
        Lark Law Led Leigh Lin Lock Long Lud Mal Mar Marl Mel Mer Mil Mor Nel New Nor North Oak Old Orm Os Ox
        Pen Per Pres Ram Rav Red Rich Rock Ros Rush Sal San Sel Shel Sher Sil Stan Stap Stock Stow Sut Swan
        Tal Thorn Til Tor Tru Wal War Wat Wel Wes West Whit Wil Win Wood Wor Yar
    """),
    middles=words("al an ar el en er in ing le ling on or ow ter ton won"),
    surname_endings=words("""
        bourne brook burn bury by combe cott croft dale den don field ford garth gate ham hill holm hurst
        ington land ley low man mere more ridge sby shaw side son stead stock stone thorpe ton wall ward water
        way well wick wood worth
    """),
    place_endings=words("""
        borough bourne bridge brook burgh bury chester cliff combe croft dale don field ford gate ham haven
        holme hurst ington ley mere minster mouth pool port ridge shaw stead thorpe ton vale wick
    """),
)

FR: Final = Lists(
    women=words("""
        Adèle Agathe Agnès Albane Alice Aline Amandine Anaïs Andrée Anne Ariane Armelle Astrid Aude Aurélie
        Bérénice Bernadette Blandine Brigitte Camille Capucine Caroline Catherine Cécile Céline Chantal
        Christine Claire Clémence Clotilde Colette Coralie Corinne Danielle Delphine Denise Édith Éliane Élise
        Élodie Émilie Estelle Eugénie Fabienne Fanny Faustine Florence Françoise Gaëlle Geneviève Ghislaine
        Gisèle Hélène Henriette Honorine Huguette Inès Isabelle Jacqueline Jeanne Joséphine Josette Julie
        Juliette Laetitia Laurence Léonie Liliane Louise Lucie Ludivine Madeleine Manon Margaux Marguerite
        Marie Marion Martine Mathilde Michèle Mireille Monique Nathalie Nicole Noémie Odette Odile Patricia
        Pauline Perrine Raymonde Régine Sabine Sandrine Séverine Simone Solange Solène Sophie Stéphanie
        Suzanne Sylvie Thérèse Valérie Véronique Violaine Virginie Yvette Zélie
    """),
    men=words("""
        Achille Adrien Alain Albin Alexandre Alexis Amaury Anatole André Antoine Antonin Arnaud Aubin Aurélien
        Baptiste Barnabé Bastien Benoît Bernard Bertrand Blaise Bruno Cédric César Christian Christophe Claude
        Clément Corentin Cyprien Cyril Damien Daniel David Denis Didier Edmond Édouard Élie Émile Emmanuel
        Éric Étienne Eugène Fabien Fabrice Félicien Fernand Florent François Franck Frédéric Gaspard Gaston
        Georges Gérard Germain Ghislain Gilbert Gilles Grégoire Guillaume Gustave Guy Henri Hervé Hippolyte
        Jacques Jean Jérôme Joachim Joël Joseph Jules Julien Laurent Léandre Léon Lionel Loïc Louis Lucien
        Ludovic Marc Marcel Marius Mathieu Maurice Maxence Maxime Michel Nicolas Octave Olivier Pascal Patrick
        Paul Philippe Pierre Quentin Raoul Raphaël Raymond Régis Rémi René Robert Roger Roland Romain
        Sébastien Serge Stéphane Sylvain Tanguy Théodore Thierry Thomas Tristan Valentin Vincent Yann Yves
    """),
    stems=words("""
        Aub Bail Bar Bast Baud Bell Ber Bess Blanch Boiss Bonn Bord Boul Bour Bress Brun Cab Caill Cam Cass
        Cast Cer Chab Chal Champ Chant Char Chass Chat Chev Clair Coll Corb Cost Court Crois Dab Dam Daub Delm
        Desm Dor Doul Drouss Dub Dur Esp Fab Far Fauch Ferr Flam Font Forest Fouch Fraiss Gaill Gar Gaud Ger
        Gir God Gouj Grand Griv Guer Guil Ham Her Jacqu Jal Jour Lab Lacr Laf Lag Lam Lang Lar Laur Lav Lem
        Lest Lor Louv Mall Mar Mass Mauv Mén Mer Mir Mol Mont Mor Mour Naud Nog Palm Par Pell Per Pic Plan Pom
        Pont Pouss Prad Rab Ram Ray Ren Ric Riv Roch Rol Roqu Ros Rouss Sab Sal Sarr Sauv Sév Sor Tail Tard
        Tass Terr Thib Touss Trém Vac Val Varenn Vass Verd Vern Vid Vign Vill Vit
    """),
    middles=words("ab al am an ar as el en er ev ic ign il in ol on"),
    surname_endings=words("""
        ade ain aire al and ange ard as aud ault eau el elet elin elle ennec er eret eron et ette eux ey ier
        in ion on ot otte ou ouin oux oy uel
    """),
    place_endings=words("""
        ac an anges ans ay encourt ens erac eray ères euil eux eville ey ieu iers ignac igny illac illy ines
        on ons ose oul uis y
    """),
)

BOTH: Final = Lists(
    women=words("""
        Agatha Alexandra Alice Amanda Angela Anna Barbara Caroline Cecilia Charlotte Christina Clara Claudia
        Constance Diana Dorothea Emma Estelle Eva Florence Gabrielle Helena Irma Isabelle Jessica Joanna Julia
        Laura Lydia Marina Martha Maud Melissa Miranda Monica Nadia Natalia Nina Octavia Olivia Ophelia
        Patricia Priscilla Rita Rosa Sabrina Sandra Sarah Serena Silvia Sonia Stella Sybil Sylvia Tamara
        Tatiana Tessa Ursula Valentina Vanessa Vera Victoria Virginia Viviane
    """),
    men=words("""
        Abel Adam Alban Albert Alexander Alfred Ambrose Antony Arthur August Basil Benjamin Bernard Boris
        Bruno Charles Christian Conrad Constant Daniel David Denis Edgar Edmond Ernest Eugene Felix Ferdinand
        Florian Francis Gabriel Gilbert Gregory Hector Herbert Hubert Hugo Igor Ivan Jerome Leo Leopold Louis
        Lucas Marius Maurice Max Nathan Nicolas Norbert Oscar Patrick Philip Quentin Raymond Robert Roland
        Samuel Sebastian Simon Theodore Thomas Victor Vincent
    """),
    stems=words("""
        Bel Bert Blan Bon Bran Cal Cam Car Champ Chan Clair Col Cor Cour Dan Dar Del Dor Dur Fal Far Fer Flor
        Fon For Gal Gar Ger Gil Gran Gur Hal Har Her Hon Jan Jol Lam Lan Lar Lau Len Lor Lou Mal Mar Mel Mer
        Mir Mon Mor Nan Nav Nor Pal Par Per Pon Por Quin Ral Ran Ray Ren Ric Rol Rom Ros Rou Sal San Sar Sav
        Sel Ser Sim Sol Tal Tan Ter Tor Tour Tur Val Van Ver Vic Vil Vin
    """),
    middles=words("a al an ar den e el en er i in la le man o on ra ri si tin"),
    surname_endings=words("""
        bard baud bert bon bourg court dan del dier don dois fort gard gny ham lac lard let lier lin lon mand
        mont mur nard nel nier ret ric ron sac sel sin ton val vel ville vin
    """),
    place_endings=words("""
        bourg bray burg court font fort ham lac land lieu mer mont mur port pré rive roc sac sel ton tour val
        vel ville
    """),
)

BY_LANGUAGE: Final = {"en": EN, "fr": FR}


def lists_for(language: str, *, is_wide: bool) -> Lists:
    """The lists of a language; the common ones where pseudonyms must agree over languages, or for any other."""
    return BOTH if is_wide else BY_LANGUAGE.get(language, BOTH)
