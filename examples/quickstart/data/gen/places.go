package main

// A place is a commune with the ISO 3166-1 code of its territory.
type place struct {
	postcode  string
	commune   string
	territory string
}

// places are communes of mainland France and Corsica. Several people live in
// each.
var places = []place{
	{"01000", "Bourg-en-Bresse", "FR"},
	{"02100", "Saint-Quentin", "FR"},
	{"03200", "Vichy", "FR"},
	{"05000", "Gap", "FR"},
	{"06000", "Nice", "FR"},
	{"08000", "Charleville-Mézières", "FR"},
	{"10000", "Troyes", "FR"},
	{"11000", "Carcassonne", "FR"},
	{"13004", "Marseille", "FR"},
	{"14000", "Caen", "FR"},
	{"16000", "Angoulême", "FR"},
	{"17000", "La Rochelle", "FR"},
	{"18000", "Bourges", "FR"},
	{"20000", "Ajaccio", "FR"},
	{"21000", "Dijon", "FR"},
	{"22000", "Saint-Brieuc", "FR"},
	{"24000", "Périgueux", "FR"},
	{"25000", "Besançon", "FR"},
	{"26000", "Valence", "FR"},
	{"29200", "Brest", "FR"},
	{"31000", "Toulouse", "FR"},
	{"33000", "Bordeaux", "FR"},
	{"34000", "Montpellier", "FR"},
	{"35000", "Rennes", "FR"},
	{"37000", "Tours", "FR"},
	{"38000", "Grenoble", "FR"},
	{"42000", "Saint-Étienne", "FR"},
	{"44000", "Nantes", "FR"},
	{"45000", "Orléans", "FR"},
	{"49000", "Angers", "FR"},
	{"50100", "Cherbourg-en-Cotentin", "FR"},
	{"51100", "Reims", "FR"},
	{"54000", "Nancy", "FR"},
	{"56100", "Lorient", "FR"},
	{"57000", "Metz", "FR"},
	{"59000", "Lille", "FR"},
	{"59140", "Dunkerque", "FR"},
	{"62100", "Calais", "FR"},
	{"63000", "Clermont-Ferrand", "FR"},
	{"64000", "Pau", "FR"},
	{"66000", "Perpignan", "FR"},
	{"67000", "Strasbourg", "FR"},
	{"68100", "Mulhouse", "FR"},
	{"69003", "Lyon", "FR"},
	{"71100", "Chalon-sur-Saône", "FR"},
	{"72000", "Le Mans", "FR"},
	{"73000", "Chambéry", "FR"},
	{"75011", "Paris", "FR"},
	{"75018", "Paris", "FR"},
	{"76600", "Le Havre", "FR"},
	{"80000", "Amiens", "FR"},
	{"83000", "Toulon", "FR"},
	{"84000", "Avignon", "FR"},
	{"86000", "Poitiers", "FR"},
	{"87000", "Limoges", "FR"},
	{"92000", "Nanterre", "FR"},
	{"93200", "Saint-Denis", "FR"},
	{"94000", "Créteil", "FR"},
	{"94240", "L’Haÿ-les-Roses", "FR"},
}

// overseas are communes whose clocks, and in the west voting days, differ from
// those of the mainland. A repeated territory has more people.
var overseas = []place{
	{"97400", "Saint-Denis", "RE"},
	{"97410", "Saint-Pierre", "RE"},
	{"97460", "Saint-Paul", "RE"},
	{"97110", "Pointe-à-Pitre", "GP"},
	{"97100", "Basse-Terre", "GP"},
	{"97200", "Fort-de-France", "MQ"},
	{"97232", "Le Lamentin", "MQ"},
	{"97300", "Cayenne", "GF"},
	{"97600", "Mamoudzou", "YT"},
	{"97500", "Saint-Pierre", "PM"},
	{"98800", "Nouméa", "NC"},
	{"98714", "Papeete", "PF"},
}

var firstNames = []string{
	"Adèle", "Adrien", "Agathe", "Alain", "Alice", "Amina", "Anaïs", "André", "Anne", "Antoine",
	"Aurélie", "Baptiste", "Benoît", "Bernard", "Brigitte", "Camille", "Catherine", "Cédric", "Céline", "Chantal",
	"Chloé", "Christophe", "Claire", "Claude", "Daniel", "Delphine", "Denis", "Didier", "Élodie", "Émilie",
	"Emma", "Éric", "Fabien", "Fatima", "Florence", "François", "Françoise", "Gabriel", "Gaëlle", "Guillaume",
	"Hélène", "Hugo", "Inès", "Isabelle", "Jacqueline", "Jean", "Jérôme", "Jeanne", "Julie", "Julien",
	"Karim", "Laura", "Laurent", "Léa", "Louis", "Louise", "Lucas", "Manon", "Marc", "Marie",
	"Martine", "Mathilde", "Mehdi", "Michel", "Monique", "Nadia", "Nathalie", "Nicolas", "Noé", "Olivier",
	"Pascal", "Patricia", "Paul", "Philippe", "Pierre", "Raphaël", "Romain", "Sandrine", "Sarah", "Sébastien",
	"Sophie", "Stéphane", "Sylvie", "Thérèse", "Thomas", "Valérie", "Véronique", "Vincent", "Yasmine", "Yves",
}

// titles are what suppliers write before a name; some write nothing.
var titles = []string{"M.", "Mme", "M.", "Mme", "Mlle", "M", "MME", ""}

var lastNames = []string{
	"André", "Bénard", "Besançon", "Blanc", "Bonnet", "Boyer", "Chevalier", "Clément", "D’Almeida", "David",
	"Dubois", "Dupré", "Durand", "Faure", "Fournier", "François", "Garcia", "Gauthier", "Girard", "Guérin",
	"Hoarau", "Lambert", "Lebœuf", "Le Goff", "Lefèvre", "Legrand", "Lopez", "Marchand", "Martinez", "Mercier",
	"Michel", "Morel", "Müller", "N’Diaye", "Noël", "Nuñez", "Payet", "Perrin", "Prévost", "Renée",
	"Riviere", "Robin", "Roussel", "Saïdi", "Thévenot", "Vasseur", "Vidal", "Zaïdi",
}
