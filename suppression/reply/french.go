package reply

import "slices"

func french() []Phrase {
	const fr = "fr"
	return slices.Concat(
		list(fr, frenchHabit, Stop, Whole, "stop", "arrêt", "arrêter", "arrêtez", "désabonner", "désabonnement", "désinscrire", "désinscription", "refus"),
		list(fr, frenchHabit, Stop, First, "stop sms", "stopsms", "stop pub", "stoppub", "stop prospection"),
		list(fr, common, Stop, Whole, "arrête", "stopper", "stoppez", "désabonnez moi", "désabonne moi", "je me désabonne", "me désabonner",
			"désinscrivez moi", "je me désinscris", "me désinscrire", "je refuse", "je m'oppose", "opposition", "arrêt sms", "arrêtez sms", "arrêt pub"),
		list(fr, common, Stop, First, "stop publicité", "stop démarchage", "stop spam", "stop politique", "stop message", "stop messages",
			"stop mail", "stop mails", "stop tout", "stop à tout"),

		list(fr, common, Yes, Whole, "oui", "ouais", "d'accord", "daccord", "ok", "okay", "j'accepte", "je suis d'accord", "bien sûr"),
		list(fr, common, No, Whole, "non", "nan", "non non", "pas intéressé", "pas intéressée", "pas d'accord", "je ne suis pas intéressé",
			"je ne suis pas intéressée", "je ne suis pas d'accord", "certainement pas", "surtout pas", "jamais", "jamais de la vie", "hors de question"),
		list(fr, common, Help, Whole, "aide", "info", "infos", "aidez moi"),
		list(fr, frenchHabit, Contact, Whole, "contact"),
		list(fr, common, Contact, Whole, "qui êtes vous", "vous êtes qui", "c'est qui", "qui est ce"),
		list(fr, common, Start, Whole, "reprendre", "réabonner", "réabonnement", "réabonnez moi"),

		list(fr, common, LikelyRefusal, First, "stop", "stoppez", "stopper", "dégage", "dégagez", "va te faire", "allez vous faire", "ta gueule"),
		list(fr, common, LikelyRefusal, Anywhere, sayNoMore...),
		list(fr, common, LikelyRefusal, Anywhere, takeMeOff...),
		list(fr, common, LikelyRefusal, Anywhere, leaveMeAlone...),
	)
}

// Phrases end in m where an m' or a me goes on to any verb.
var (
	sayNoMore = []string{
		"m'envoyez plus", "m'envoie plus", "n'envoyez plus", "plus m'envoyer", "m'écrivez plus", "m'écris plus", "plus m'écrire",
		"me contactez plus", "me contacte plus", "me contacter plus", "plus me contacter", "m'appelez plus", "plus m'appeler", "plus être contacté", "plus être contactée",
		"plus être sollicité", "plus être sollicitée", "plus recevoir", "plus rien recevoir", "pas recevoir", "ne veux plus de vos", "ne veux plus de sms", "ne veux plus de messages",
		"ne souhaite plus", "veux pas de vos", "veux pas de messages", "plus de sms", "plus de messages", "plus de pub", "arrêtez de m", "arrêtez de me", "arrête de m", "arrête de me",
		"arrêtez vos sms", "arrêtez vos messages", "arrêtez vos envois", "arrêtez ces sms", "arrêtez ces messages", "cessez de m", "cessez de me", "cesser de m", "cesser de me",
		"cessez vos", "cessez ces", "cessez immédiatement", "merci d'arrêter", "veuillez arrêter", "stop à vos",
	}
	takeMeOff = []string{
		"retirez moi", "retire moi", "me retirer", "retirer de vos", "retirez mon", "retirer mon", "enlevez moi", "enlève moi", "m'enlever", "enlever de vos", "enlevez mon", "enlever mon",
		"supprimez moi", "supprimez mon", "supprimer mon", "supprimez mes", "supprimer mes", "effacez moi", "effacez mon", "effacer mon", "effacez mes", "effacer mes",
		"rayez moi", "rayez mon", "désinscrivez", "désabonnez", "me désabonner", "me désinscrire", "mon droit d'opposition", "oubliez mon numéro",
		"mauvais numéro", "trompez de numéro", "pas donné mon accord", "jamais donné mon accord", "jamais donné mon numéro", "pas donné mon numéro", "jamais accepté", "pas consenti", "jamais consenti",
	}
	leaveMeAlone = []string{
		"laissez moi tranquille", "laisse moi tranquille", "fichez moi la paix", "fiche moi la paix", "foutez moi la paix", "fous moi la paix", "lâchez moi", "lâche moi",
		"c'est du harcèlement", "me harceler", "me harcelez", "je porte plainte", "porter plainte", "plainte à la cnil", "cnil", "rgpd", "spam", "spams",
	}
)
