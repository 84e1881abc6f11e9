namespace HybridStore.Query;

/// <summary>A function in the words of the field, available in every statement.</summary>
/// <param name="Signature">How it is called, such as <c>bars(dataset, every, from_date := NULL)</c>: what has a value may be left out, or given by position or name.</param>
/// <param name="Summary">What it gives.</param>
/// <param name="Example">A statement that uses it.</param>
/// <param name="Body">Its SQL.</param>
/// <param name="IsScalar">Whether it gives one value for each row, instead of a table.</param>
public sealed record QueryMacro(string Signature, string Summary, string Example, string Body, bool IsScalar = false)
{
    /// <summary>The name alone.</summary>
    public string Name => Signature[..Signature.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>The names of its parameters, in order.</summary>
    internal IReadOnlyList<string> Parameters => [.. Signature[(Signature.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(", ").Select(parameter => parameter.Split(' ')[0])];

    /// <summary>Whether a parameter takes the name of a dataset.</summary>
    internal static bool IsDataset(string parameter) => parameter is "dataset" or "trades" or "quotes";

    /// <summary>All of them; each stands behind those that it uses.</summary>
    public static IReadOnlyList<QueryMacro> All { get; } = [.. MacrosSql.Macros(), .. QuoteMacrosSql.Macros(), .. EnergyMacrosSql.Macros()];
}
