// Package remote asks models that run on a server which speaks the protocol of
// OpenAI's API, as vLLM, SGLang, llama.cpp and Ollama do: for the
// log-probabilities of a given continuation where the server tells them, and for
// answers.
//
// Servers differ in what they tell of a text that they are given. [Client.Probe]
// finds out, and checks it, since some accept a request for log-probabilities and
// leave them out:
//
//   - Echo: /completions with echo and logprobs repeats the prompt with the
//     log-probability of each of its tokens (vLLM, SGLang, llama-cpp-python);
//   - PromptLogProbs: prompt_logprobs tells them beside the answer, of a chat as
//     well (vLLM);
//   - Answers: nothing but answers (llama.cpp, Ollama, most of what is sold); what
//     a prompt is worth is then how similar its answer is to the original one.
//
// A [Target] of a client, as [Sequence] gives, scores prompts. It is what
// [github.com/whence-xai/whence/explain/text.Options.NewPromptGame] takes.
//
// A key is read from the environment or a file, goes to the server in the header
// Authorization, and nowhere else: no error, cache or print of a Client has it.
package remote
