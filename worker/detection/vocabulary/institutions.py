"""Words of institutions and documents that name nobody by themselves: "the Supreme Court", "le Gouvernement"."""

_ENGLISH = (
    "the a an of and for in on to by at with or its his her their this that said court courts tribunal tribunals"
    " chamber chambers section sections division bench registry registrar committee commission commissioner"
    " council government governments state states party parties ministry minister department office officer agent"
    " agency authority authorities board bureau directorate service services unit police prosecutor prosecution"
    " attorney general judge judges president vice vice-president secretary deputy acting parliament senate"
    " assembly congress house chancellor embassy consulate administration prison gendarmerie army military"
    " security republic kingdom union community company bank university school college hospital clinic church"
    " society association foundation institute centre center federation supreme constitutional high higher appeal"
    " appeals cassation first second third fourth fifth sixth seventh instance district regional county city"
    " municipal local national federal central international european civil criminal administrative commercial"
    " labour social family juvenile grand plenary public special joint chief senior justice interior defence"
    " defense finance foreign affairs health education labor economy home external internal human rights"
    " fundamental freedoms convention protocol constitution act acts law laws code codes regulation regulations"
    " rule rules order decree directive treaty charter statute bill article articles paragraph chapter part annex"
    " appendix schedule facts fact procedure case cases circumstances merits judgment judgement decision"
    " complaint application applicant applicants claim claims hearing proceedings evidence report reports notice"
    " summary introduction conclusion background relevant domestic practice final admissibility alleged violation"
    " just satisfaction damage costs expenses default interest reasons defendant plaintiff respondent claimant"
    " appellant witness counsel lawyer solicitor barrister legal aid member members border force forces armed air"
    " navy guard coast nationals citizen citizens origin descent contracting member-state commanding inter alia"
    " et al"
)
_FRENCH = (
    "le la les l un une des du de d et en au aux a dans pour par sur ce cet cette ces son sa ses leur leurs ou"
    " cour cours tribunal tribunaux chambre section greffe greffier greffiere commission comite conseil"
    " gouvernement gouvernements etat etats ministere ministre departement office agence autorite autorites"
    " bureau direction service services unite police gendarmerie procureur parquet avocat avocate avocats juge"
    " juges magistrat president presidente vice vice-president secretaire adjoint adjointe delegue agent agents"
    " parlement senat assemblee congres chancelier ambassade consulat administration prison armee republique"
    " royaume union communaute societe banque universite ecole college hopital clinique eglise association"
    " fondation institut centre federation supreme constitutionnelle constitutionnel haute haut appel cassation"
    " premiere premier deuxieme troisieme quatrieme cinquieme instance grande plenier pleniere regional regionale"
    " departemental municipal local nationale national federal federale central centrale international"
    " internationale europeen europeenne europeens civil civile penal penale criminel criminelle administratif"
    " administrative commercial commerciale social sociale public publique general generale special speciale"
    " justice interieur defense finances affaires etrangeres sante education travail economie droits droit homme"
    " libertes fondamentales convention protocole constitution loi lois code codes reglement decret ordonnance"
    " directive traite charte article articles paragraphe chapitre partie annexe alinea faits fait procedure"
    " affaire circonstances espece fond arret jugement decision requete requerant requerante requerants grief"
    " griefs demande audience preuve rapport avis resume introduction conclusion pertinent pertinents interne"
    " internes pratique recevabilite violation alleguee satisfaction equitable dommage frais depens interets"
    " moratoires motifs defendeur demandeur parties temoin membre membres contractante contractantes"
)
_CLINICAL = (
    "patient patiente patients dossier compte rendu consultation consultations hospitalisation antecedents"
    " traitement traitements examen examens bilan diagnostic motif histoire maladie evolution sortie entree"
    " admission observation ordonnance prescription docteur professeur medecin medecins infirmier infirmiere"
    " interne externe chirurgien secretariat cadre accueil urgences service unite pole hopital clinique"
    " laboratoire radiologie cardiologie neurologie chirurgie oncologie pediatrie geriatrie anesthesie"
    " reanimation biologie scanner irm echographie radio nom prenom adresse telephone tel fax mail courriel email"
    " date naissance ne nee sexe age poids taille ipp nda nip rpps adeli monsieur madame mademoiselle cher chere"
    " confrere collegue bonjour cordialement merci name address phone mobile e-mail birth gender sex weight"
    " height doctor nurse medication diagnosis history dear hello hi thanks regards sincerely signed subject re"
    " from cc ssn dob id pin atm iban bic vat zip url ip cv faq ceo cto cfo vip"
)

#: Whatever consists of these words alone identifies nobody.
GENERIC_WORDS = frozenset(f"{_ENGLISH} {_FRENCH} {_CLINICAL}".split())

#: A court of one of these kinds is one of many, and tells the place or the profession: it stays an organisation.
COURTS = frozenset("court courts tribunal".split())
KINDS = frozenset(
    "appeal instance labour military security martial district regional city municipal county social criminal civil"
    " commercial".split()
)
