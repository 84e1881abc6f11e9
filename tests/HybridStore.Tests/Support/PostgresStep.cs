namespace HybridStore.Tests.Support;

/// <summary>Something that a client asks of Postgres.</summary>
/// <param name="Index">The how manieth it is of all that went through the proxy, from 0.</param>
/// <param name="Text">The statement; for the rows of a COPY and for its end a word.</param>
/// <param name="Link">The connection.</param>
internal sealed record PostgresStep(int Index, string Text, PostgresLink Link);
