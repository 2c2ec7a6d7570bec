/** Made up: numbers and addresses that are kept free for examples, names that many people have. */

export const EXAMPLES = {
  en: `Discharge letter — St Mary's Hospital, Leeds, 14 March 2026

Dear Dr Okafor,

Thank you for referring Mrs Margaret Ellison, aged 67, of 12 Chapel Lane, Leeds LS6 3BN, NHS number 943 476 5919. She was admitted on 9 March 2026 with pneumonia and went home on 13 March 2026.

Her daughter, Susan Ellison, can be reached at +44 20 7946 0958 or susan.ellison@example.org. Mrs Ellison works two days a week for Harrow & Finch Ltd in Bradford and asks that her sick pay go to GB82 WEST 1234 5698 7654 32.

Please repeat her blood tests on 27 March 2026. The X-ray stands at https://images.example.org/r/88213.

Yours sincerely,
Dr James Whitfield`,
  fr: `Compte rendu de consultation — CHU de Nantes, le 14 mars 2026

Cher confrère,

Merci de m'avoir adressé Mme Claire Lefèvre, âgée de 52 ans, domiciliée 8 rue des Tilleuls, 44000 Nantes (n° de sécurité sociale 2 55 08 14 168 025 38). Elle a été opérée le 9 mars 2026 par le Dr Antoine Mercier.

Son époux, Julien Lefèvre, est joignable au 06 39 98 12 34 ou à julien.lefevre@example.org. Mme Lefèvre travaille chez Menuiserie Garnier SARL à Saint-Herblain ; ses indemnités sont versées sur le compte FR76 3000 6000 0112 3456 7890 189.

Prochain rendez-vous le 27 mars 2026 à Rennes.

Bien confraternellement,
Dr Sophie Renard`,
};
