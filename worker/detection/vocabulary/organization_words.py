"""Words within a name that tell an organisation or a place from a person."""

ORGANIZATION_WORDS = frozenset(
    "ltd limited inc incorporated llc llp plc corp corporation company co gmbh ag ab as oy bv nv sa sas sarl"
    " sasu eurl sci spa srl"
    " solicitors associates partners partnership holdings holding group groupe bank banque trust fund"
    " insurance assurance"
    " assurances university universite college school lycee institute institut hospital hopital clinic"
    " clinique chu chru ehpad"
    " foundation fondation association society societe union federation party ministry ministere court"
    " tribunal council"
    " committee commission agency authority board office bureau police centre center club team church"
    " technologies technology"
    " systems solutions software services labs laboratories media news times press records pictures studios"
    " airlines airways"
    " motors energy oil bros brothers sons enterprises industries international consulting capital ventures"
    " network networks".split()
)
PLACE_WORDS = frozenset(
    "street st road rd avenue ave lane drive boulevard blvd square place court terrace way park bridge river"
    " lake mount mountain"
    " island islands airport station county city town village valley beach bay port hills"
    " rue allee impasse chemin quai pont lac mont ile aeroport gare ville province region district state".split()
)
