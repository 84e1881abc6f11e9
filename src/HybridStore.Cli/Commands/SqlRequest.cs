using HybridStore.Cli.Output.Rows;
using HybridStore.Query;

namespace HybridStore.Cli.Commands;

/// <summary>What <c>hybrid sql</c> was asked to do.</summary>
/// <param name="Statements">In order; none to be asked for them.</param>
/// <param name="Format">For their results.</param>
/// <param name="OutputFile">Where to; null for stdout.</param>
/// <param name="Parameters">Values by name.</param>
/// <param name="Limits">Memory and threads.</param>
/// <param name="Timeout">For each statement; null for none.</param>
internal sealed record SqlRequest(
    IReadOnlyList<string> Statements, RowFormat Format, string? OutputFile, IReadOnlyDictionary<string, object?> Parameters, QueryOptions Limits, TimeSpan? Timeout);
