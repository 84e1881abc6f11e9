namespace HybridStore.Schema;

/// <summary>The layouts as the command line spells them.</summary>
public static class PartitioningText
{
    /// <summary>The layout's name, such as <c>symbol/date</c>.</summary>
    /// <param name="partitioning">The layout.</param>
    public static string ToText(this Partitioning partitioning) => partitioning switch
    {
        Partitioning.SymbolDate => "symbol/date",
        Partitioning.SymbolMonth => "symbol/month",
        Partitioning.SymbolYear => "symbol/year",
        Partitioning.Date => "date",
        Partitioning.Month => "month",
        _ => "year",
    };

    /// <summary>Undoes <see cref="ToText"/>.</summary>
    /// <param name="text">Such as <c>symbol/date</c>.</param>
    /// <returns>Null when it is no layout.</returns>
    public static Partitioning? Parse(string text) =>
        Enum.GetValues<Partitioning>().Where(value => value.ToText() == text).Select(value => (Partitioning?)value).FirstOrDefault();
}
