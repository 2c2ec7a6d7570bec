"""What the people of a country or a faith are called, in English and French; folded."""

_ENGLISH = (
    "afghan albanian algerian american andorran angolan arab arabian argentine argentinian armenian australian"
    " austrian azerbaijani bahamian bahraini bangladeshi barbadian basque bavarian belarusian belgian belizean"
    " belizian beninese bhutanese bolivian bosnian botswanan brazilian breton british bruneian bulgarian burmese"
    " burundian cambodian cameroonian canadian catalan chadian chechen chilean chinese colombian congolese"
    " corsican croat croatian cuban cypriot czech dane danish dominican dutch ecuadorian egyptian emirati english"
    " eritrean estonian ethiopian european fijian filipino finn finnish flemish french gabonese gambian georgian"
    " german ghanaian greek greenlandic grenadian guatemalan guinean guyanese haitian honduran hungarian"
    " icelandic indian indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh"
    " kenyan korean kosovar kurd kurdish kuwaiti kyrgyz laotian latvian lebanese liberian libyan lithuanian"
    " luxembourgish macedonian malagasy malawian malaysian maldivian malian maltese mauritanian mauritian mexican"
    " moldovan monegasque mongolian montenegrin moroccan mozambican namibian nepalese nepali nicaraguan nigerian"
    " nigerien norwegian omani pakistani palestinian panamanian paraguayan persian peruvian pole portuguese"
    " qatari romanian russian rwandan salvadoran samoan saudi scot scottish senegalese serb serbian sicilian"
    " singaporean slovak slovakian slovene slovenian somali spaniard spanish sudanese surinamese swede swedish"
    " swiss syrian taiwanese tajik tanzanian thai tibetan togolese tunisian turkish turkmen ugandan ukrainian"
    " uruguayan uzbek venezuelan vietnamese welsh yemeni zambian zimbabwean christian muslim jewish jew buddhist"
    " hindu sikh catholic protestant orthodox sunni shia alevi baptist methodist lutheran anglican mormon quaker"
    " roma sami romani"
)
_FRENCH = (
    "afghane albanais albanaise algerien algerienne allemand allemande americain americaine anglais anglaise"
    " argentin argentine armenien armenienne australien australienne autrichien autrichienne azerbaidjanais belge"
    " bielorusse bolivien bosniaque bresilien bresilienne britannique bulgare cambodgien camerounais camerounaise"
    " canadien canadienne chilien chilienne chinois chinoise chypriote colombien colombienne congolais congolaise"
    " coreen coreenne croate cubain cubaine danois danoise ecossais ecossaise egyptien egyptienne espagnol"
    " espagnole estonien estonienne ethiopien europeen finlandais finlandaise francais francaise gallois galloise"
    " gabonais georgien georgienne ghaneen grec grecque haitien haitienne hongrois hongroise indien indienne"
    " indonesien irakien irakienne iranien iranienne irlandais irlandaise islandais islandaise israelien"
    " israelienne italien italienne ivoirien ivoirienne jamaicain japonais japonaise kurde letton lettone"
    " libanais libanaise libyen lituanien lituanienne luxembourgeois macedonien malgache malien malienne maltais"
    " marocain marocaine mauritanien mexicain mexicaine moldave mongol neerlandais neerlandaise hollandais"
    " hollandaise nigerian nigerien norvegien norvegienne pakistanais palestinien palestinienne peruvien polonais"
    " polonaise portugais portugaise roumain roumaine russe rwandais senegalais senegalaise serbe slovaque"
    " slovene somalien soudanais suedois suedoise suisse syrien syrienne tcheque thailandais togolais tunisien"
    " tunisienne turc turque turcs turques ukrainien ukrainienne venezuelien vietnamien vietnamienne chretien"
    " chretienne musulman musulmane juif juive bouddhiste hindoue catholique protestant protestante sunnite"
    " chiite"
)

#: Those that mean something else in small letters, or a language more often than a people, are only told by a capital.
NEED_CAPITAL = frozenset("pole finn dane scot swede roma orthodox congolese indian suisse russe mongol turkmen".split())
NATIONALITIES = frozenset(f"{_ENGLISH} {_FRENCH}".split())
