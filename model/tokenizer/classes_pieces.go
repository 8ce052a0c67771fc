package tokenizer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Classes of SentencePiece's vocabularies.

// front puts pieces in place of the first so many.
// The ids of pieces are their places, so that putting some in front moves all others.
func (k *kit) front(drop int, names ...string) {
	var list []scoredName
	for _, name := range names {
		list = append(list, scoredName{name: name})
	}
	k.pieces = append(list, k.pieces[min(drop, len(k.pieces)):]...)
}

// back puts pieces behind all others.
func (k *kit) back(names ...string) {
	for _, name := range names {
		k.pieces = append(k.pieces, scoredName{name: name})
	}
}

// fairseqPieces is the order of fairseq, whose dictionaries begin with tokens of their own.
// The model's own <unk>, <s> and </s> are dropped for fairseq's <s>, <pad>, </s> and
// <unk>, which moves the pieces by one; the mask comes last.
func fairseqPieces(k *kit) { k.fairseqOrder(beginName) }

// fairseqOrder is that order with a special token in front and, before the mask, languages.
func (k *kit) fairseqOrder(first int, languages ...string) {
	k.front(3, k.name(first), k.name(padName), k.name(endName), k.name(unknownName))
	k.back(languages...)
	k.back(k.name(maskName))
}

// xlmRobertaClass is XLM-R's: <s> A </s></s> B </s>, and no segments.
func xlmRobertaClass(k *kit) {
	k.unigram(3)
	k.normalizer(k.precompiled())
	k.words(scheme(or(k.set.PrefixSpace, true), "never"))
	k.around(betweenBeginAndEnd(k))
}

// words cuts at white space and marks each word.
func (k *kit) words(scheme string) { k.marks(scheme, splitOnSpace) }

// marks cuts at spaces, which the marks of words stand for, behind other splitters.
func (k *kit) marks(scheme string, before ...string) {
	part := metaspacePart(scheme, true)
	k.splitter(append(before, part)...)
	k.decoder(part)
}

// unigram sets the id of the unknown token.
func (k *kit) unigram(unknown int) {
	k.model.UnkID = &unknown
}

// unknownAt returns the id of the token that stands for what is unknown, if it is in the vocabulary with a score of 0.
// A piece of another score is one that was trained, and only called so.
func (k *kit) unknownAt(byDefault int) int {
	id, ok := k.model.vocab.find(k.name(unknownName))
	if ok && int(id) < len(k.model.scores) && k.model.scores[id] == 0 {
		return int(id)
	}
	return byDefault
}

// betweenBeginAndEnd is fairseq's format of one text and of a pair.
func betweenBeginAndEnd(k *kit) (single, pair []string) {
	begin, end := k.name(beginName), k.name(endName)
	return []string{begin, "$A", end}, []string{begin, "$A", end, end, "$B", end}
}

// camembertPieces begins with fairseq's tokens, three of them under names that no text
// spells, since the model's own <s> and </s> are the ones in use.
func camembertPieces(k *kit) {
	k.front(1, "<s>NOTUSED", k.name(padName), "</s>NOTUSED", k.name(unknownName), "<unk>NOTUSED")
	// never the best way to write anything
	k.pieces[4].score = -100
	k.back(k.name(maskName))
}

// camembertClass is XLM-R's format over its own pieces.
func camembertClass(k *kit) {
	id, _ := k.model.vocab.find(k.name(unknownName)) // 0 for none
	k.unigram(int(id))
	k.normalizer(k.precompiled())
	k.words(scheme(or(k.set.PrefixSpace, true), "never"))
	k.around(betweenBeginAndEnd(k))
	if k.spm == nil {
		k.extra = []string{"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"}
	}
}

// mbartPieces is fairseq's order with the 25 languages behind it.
func mbartPieces(k *kit) { k.fairseqOrder(beginName, mbartLanguages[:25]...) }

// The language that a text is in stands behind it: A </s> en_XX.
func mbartClass(k *kit) {
	k.unigram(3)
	k.words("always")
	k.extra = append(slices.Clone(mbartLanguages[:25]), k.extra...)
	end, language := k.name(endName), k.language("en_XX")
	k.around([]string{"$A", end, language}, []string{"$A", "$B", end, language})
}

// language returns the language of what is read.
func (k *kit) language(byDefault string) string {
	if k.set.Language != "" {
		return k.set.Language
	}
	return byDefault
}

// mbart50Pieces is mBART's order with all 52 languages.
func mbart50Pieces(k *kit) { k.fairseqOrder(className, mbartLanguages...) }

// Its languages stand before the text: en_XX A </s>.
func mbart50Class(k *kit) {
	k.unigram(3)
	k.normalizer(k.precompiled(), joinSpaces)
	k.marks("always")
	k.always = mbartLanguages
	end, language := k.name(endName), k.language("en_XX")
	k.around([]string{language, "$A", end}, []string{language, "$A", "$B", end})
}

// nllbPieces is fairseq's order for a model that may have its tokens already.
func nllbPieces(k *kit) {
	first := []string{k.name(beginName), k.name(padName), k.name(endName), k.name(unknownName)}
	rest := slices.DeleteFunc(slices.Clone(k.pieces), func(p scoredName) bool { return slices.Contains(first, p.name) })
	k.pieces = nil
	k.back(first...)
	k.pieces = append(k.pieces, rest...)
}

// The language stands before the text, or behind it in the first versions of
// transformers (legacy_behaviour).
func nllbClass(k *kit) {
	unknown := k.name(unknownName)
	k.model.UnkToken, k.model.FuseUnk = &unknown, true
	if k.charsmap != "" {
		k.normalizer(k.precompiled(), joinSpaces)
	}
	k.marks("always")
	end, language := k.name(endName), k.language("eng_Latn")
	if or(k.set.LegacyBehaviour, false) {
		k.around([]string{"$A", end, language}, []string{"$A", "$B", end, language})
		return
	}
	k.around([]string{language, "$A", end}, []string{language, "$A", "$B", end})
}

// albertClass keeps the file's format where there is one.
func albertClass(k *kit) {
	k.unigram(1)
	k.normalizer(k.accents(or(k.set.KeepAccents, false), or(k.set.LowerCase, true))...)
	k.words(scheme(or(k.set.PrefixSpace, true), "never"))
	k.aroundIfNone(clsAndSep(k.name(className), k.name(separatorName)))
}

// accents is the cleaning of ALBERT and XLNet.
func (k *kit) accents(keep, lower bool) []string {
	parts := []string{quotesOfTeX}
	if !keep {
		parts = append(parts, withoutAccents)
	}
	if lower {
		parts = append(parts, lowered)
	}
	return append(parts, k.precompiled())
}

// The sentinels of T5 (Raffel et al. 2020, section 3.1.4) are numbered downwards: the
// first of them, <extra_id_0>, has the largest id.
func t5Pieces(k *kit) {
	for i := k.extraIDs() - 1; i >= 0; i-- {
		k.back(fmt.Sprintf("<extra_id_%d>", i))
	}
}

// extraIDs returns how many of the tokens that stand for what T5 is to write there are.
func (k *kit) extraIDs() int {
	const most = 1 << 12
	if k.set.ExtraIDs == nil {
		return 100
	}
	return min(max(0, *k.set.ExtraIDs), most)
}

// t5Class is A </s>, and A </s> B </s>, with the sentinels as special tokens.
func t5Class(k *kit) {
	k.unigram(2)
	k.normalizer(k.precompiled())
	k.words("always")
	for i := range k.extraIDs() {
		k.extra = append(k.extra, fmt.Sprintf("<extra_id_%d>", i))
	}
	end := k.name(endName)
	k.around([]string{"$A", end}, []string{"$A", end, "$B", end})
}

// Pegasus (Zhang et al. 2020) begins with <pad>, </s>, the masks of words and of
// sentences, and some hundred tokens that were kept free.
// Where the files name no masks, transformers' converter (PegasusConverter) calls that of
// words <mask_1> and that of sentences <mask_2>, the other way round than its class.
func pegasusPieces(k *kit) {
	mask, sentence := "<mask_1>", "<mask_2>"
	if k.set.named()[maskName] != nil {
		mask = k.name(maskName)
	}
	if k.set.MaskSentence != nil {
		sentence = *k.set.MaskSentence
	}
	first := []string{k.name(padName), k.name(endName), mask}
	if sentence != mask && sentence != "" {
		first = append(first, sentence)
	}
	reserved := k.reserved()
	k.front(2, append(first, reserved...)...)
	for i := range reserved {
		k.pieces[len(first)+i].score = -100
	}
}

// reserved returns the tokens that Pegasus keeps free.
func (k *kit) reserved() []string {
	const most = 1 << 12
	offset := 103
	if k.set.Offset != nil {
		offset = min(*k.set.Offset, most)
	}
	var list []string
	for i := 2; i < offset; i++ {
		list = append(list, fmt.Sprintf("<unk_%d>", i))
	}
	return list
}

// pegasusClass is A </s>, with the tokens that were kept free as special ones.
func pegasusClass(k *kit) {
	k.unigram(k.unknownAt(0))
	if k.charsmap != "" {
		k.normalizer(k.precompiled(), joinSpaces)
	} else {
		k.normalizer(`{"type":"Replace","pattern":{"Regex":"\\n"},"content":" "}`, joinSpaces)
	}
	k.marks("always")
	k.extra = append([]string{"<mask_1>"}, k.reserved()...)
	if k.set.MaskSentence != nil {
		k.extra[0] = *k.set.MaskSentence
	}
	end := k.name(endName)
	k.around([]string{"$A", end}, []string{"$A", "$B", end})
}

// XLNet's format is behind the text: A <sep> <cls>, with a segment of its own for <cls>.
func xlnetClass(k *kit) {
	if k.model.UnkID == nil {
		k.unigram(0)
	}
	k.normalizer(k.accents(false, or(k.set.LowerCase, false))...)
	k.words("always")
	if k.spm == nil {
		k.extra = []string{"<eop>", "<eod>"}
	}
	// segments: 0 and 1 for the texts, 2 for <cls>
	separator, class := k.name(separatorName)+":", k.name(className)+":2"
	k.around([]string{"$A:0", separator + "0", class}, []string{"$A:0", separator + "0", "$B:1", separator + "1", class})
}

// debertaClass is that from the second version on, with a model of SentencePiece.
func debertaClass(k *kit) {
	byDefault := 1
	if k.model.UnkID != nil {
		byDefault = *k.model.UnkID
	}
	k.unigram(k.unknownAt(byDefault))
	// empty parts are left out of the sequence
	lower, punctuation := "", ""
	if or(k.set.LowerCase, false) {
		lower = lowered
	}
	if or(k.set.SplitPunctuation, false) {
		punctuation = `{"type":"Punctuation","behavior":"Isolated"}`
	}
	k.normalizer(lower, `{"type":"Replace","pattern":{"Regex":"\\s{2,}|[\\n\\r\\t]"},"content":" "}`, composed, stripRight)
	k.marks(scheme(or(k.set.PrefixSpace, true), "first"), punctuation)
	k.around(clsAndSep(k.name(className), k.name(separatorName)))
}

// A space stands before the text. In the first versions of transformers one stands
// before each stretch between special tokens as well, which is what legacy keeps.
func llamaClass(k *kit) {
	k.model.FuseUnk, k.model.ByteFallback = true, true
	space := or(k.set.PrefixSpace, true)
	s := "never"
	if space {
		s = scheme(or(k.set.Legacy, false), "first")
	}
	k.splitter(metaspacePart(s, false))
	strip := ""
	if space {
		strip = stripFirst
	}
	k.decoder(marksToSpaces, fallback, fuse, strip)
}

// There is no space before the text, and spaces are written as marks before it is cut.
func gemmaClass(k *kit) {
	unknown := k.name(unknownName)
	k.model.UnkToken, k.model.FuseUnk, k.model.ByteFallback = &unknown, true, true
	k.normalizer(spacesToMarks)
	k.splitter(`{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}`)
	k.decoder(marksToSpaces, fallback, fuse)
}

// pieceClass makes of a SentencePiece model what it says itself, for model types without a class.
// It follows SentencePiece's own normalizer: white space is tidied before spaces become
// marks, and a mark in front is added last.
func pieceClass(k *kit) {
	s := k.spm
	k.model.ByteFallback = s.byteFallback
	// parts in their order, each empty if the model's rules don't ask for it
	var front, plain, isolate string
	if s.rules.tidy {
		front = `{"type":"Replace","pattern":{"Regex":"\\A +| +\\z"},"content":""},` + joinSpaces
	}
	if !s.rules.plain {
		plain = spacesToMarks
	}
	legacy, double, words := or(k.set.Legacy, true), "", ""
	if s.rules.front {
		words = metaspacePart(scheme(legacy, "first"), false)
		if legacy {
			// what begins with a space has two marks then, its own and the one in front
			double = `{"type":"Replace","pattern":{"Regex":"\\A▁"},"content":"▁▁"}`
		}
	}
	if users := k.userPieces(); len(users) > 0 {
		isolate = fmt.Sprintf(`{"type":"Split","pattern":{"Regex":%s},"behavior":"Isolated","invert":false}`, quoted(alternatives(users)))
		k.model.IgnoreMerges = s.merges
	}
	k.normalizer(k.precompiled(), front, plain, double)
	if words != "" || isolate != "" {
		k.splitter(words, isolate)
	}
	bytes, join, strip := "", "", ""
	if s.byteFallback {
		bytes, join = fallback, fuse
	}
	if s.rules.front {
		join, strip = fuse, stripFirst
	}
	k.decoder(marksToSpaces, bytes, join, strip)
}

// userPieces returns the pieces that are found in text as they are, as the vocabulary calls them.
func (k *kit) userPieces() []string {
	var list []string
	for i, p := range k.spm.pieces {
		if p.kind == userPiece {
			list = append(list, k.pieces[i].name)
		}
	}
	return list
}

// alternatives returns a pattern of names, of which the longest counts.
// A regular expression takes the first alternative that matches, so that longer names
// come first.
func alternatives(list []string) string {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b string) int { return len([]rune(b)) - len([]rune(a)) })
	for i := range list {
		list[i] = regexp.QuoteMeta(list[i])
	}
	return strings.Join(list, "|")
}

// mbartLanguages are the tokens of mBART-50's languages, of which the first 25 are mBART's.
var mbartLanguages = strings.Fields("ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT " +
	"lv_LV my_MM ne_NP nl_XX ro_RO ru_RU si_LK tr_TR vi_VN zh_CN af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN " +
	"mn_MN mr_IN pl_PL ps_AF pt_XX sv_SE sw_KE ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI")
