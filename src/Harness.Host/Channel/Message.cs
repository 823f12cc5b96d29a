namespace Harness.Host.Channel;

/// <summary>One message: a kind and its payload, a single line of JSON.</summary>
/// <param name="Kind">One of <see cref="MessageKind"/>, or a word of a newer version.</param>
/// <param name="Json">The payload.</param>
public sealed record Message(string Kind, string Json);
